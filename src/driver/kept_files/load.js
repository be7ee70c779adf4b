// Loads the module that keeps files, which is in the root of the package, when it is first used.
export const keptFiles = async (...values) => {
  try {
    return await (await import('../../../../../kept-files.js')).keptFiles(...values);
  } catch {
    // The page does not provide it, and keeps no files.
    return undefined;
  }
};
