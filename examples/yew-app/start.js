// Starts the app. Trunk would use an inline script, which a strict policy does not allow.

import init from './yew-app-example.js'

await init({ module_or_path: './yew-app-example_bg.wasm' })
