/** Browser profiles copied whole, record by record: a scene is played once and every test begins from the same disks. */
export type ProfileCopy = ReadonlyMap<string, readonly (readonly [IDBValidKey, unknown])[]>;

/** As one moment has it: a commit is in the copy whole or not at all. */
export async function readProfile(name: string): Promise<ProfileCopy> {
  const db = await asked(indexedDB.open(name));
  const stores = [...db.objectStoreNames];
  const transaction = db.transaction(stores);
  const copies = stores.map(async (store) => {
    const records = transaction.objectStore(store);
    const [keys, values] = await Promise.all([asked(records.getAllKeys()), asked<unknown[]>(records.getAll())]);
    return [store, keys.map((key, i) => [key, values[i]] as const)] as const;
  });
  const copy = new Map(await Promise.all(copies));
  db.close();
  return copy;
}

/** Into a profile that was opened before, so that it has its stores, and is closed. */
export async function writeProfile(name: string, copy: ProfileCopy): Promise<void> {
  const db = await asked(indexedDB.open(name));
  const transaction = db.transaction([...copy.keys()], 'readwrite');
  for (const [store, records] of copy) {
    const target = transaction.objectStore(store);
    for (const [key, value] of records) target.put(value, target.keyPath === null ? key : undefined);
  }
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onabort = () => {
      reject(new Error('a copied profile is written'));
    };
  });
  db.close();
}

export async function clearProfile(name: string): Promise<void> {
  const db = await asked(indexedDB.open(name));
  for (const store of db.objectStoreNames) await asked(db.transaction(store, 'readwrite').objectStore(store).clear());
  db.close();
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(new Error('a profile in memory answers'));
    };
  });
}
