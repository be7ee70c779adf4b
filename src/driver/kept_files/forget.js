// Deletes all kept files of a store.
export const forgetKeptFiles = (store) => {
  try {
    indexedDB.deleteDatabase(store);
  } catch {
    // Storage is forbidden, and nothing is in it.
  }
};
