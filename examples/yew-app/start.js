// Starts the app: trunk's own way is an inline script, which a strict policy refuses.

import init from './yew-app-example.js'

await init({ module_or_path: './yew-app-example_bg.wasm' })
