// Loads the module that keeps files, which is in the root of the package, when it is first used.
export const keptFiles = async (...values) => (await import('../../../../../kept-files.js')).keptFiles(...values);
