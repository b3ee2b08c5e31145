//! The conformance suite on `IdbStore`.

#![cfg(target_arch = "wasm32")]

use browser::IdbStore;
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

async fn open(name: &str) -> IdbStore {
    let account = format!("{name}@conformance.example").parse().expect("a valid address");
    IdbStore::open(&account).await.expect("the database opens")
}

driver::store_conformance!(wasm, open);
