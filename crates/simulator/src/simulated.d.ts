import type { SimulatedOptions, StatusClient } from './yew_background_tasks.js';

/**
 * A client that needs no server, for the option `client`: what the option `simulated` uses. Its WASM is loaded with
 * the first call. Tasks, files and progress are lost with the page.
 */
export function simulated(options?: SimulatedOptions): StatusClient;
