//! Randomness and PBKDF2 from WebCrypto.

use crate::js;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use model::Hash;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey};

fn crypto() -> Option<Crypto> {
    web_sys::window()?.crypto().ok()
}

/// 32 bytes nobody can guess.
pub(crate) fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    if crypto().is_none_or(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_err()) {
        // Every browser that runs this code has getRandomValues, on every page. Should one refuse, ids must at
        // least differ.
        bytes.fill_with(|| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let byte = (js_sys::Math::random() * 256.0) as u8;
            byte
        });
    }
    bytes
}

/// A name nobody else draws: 128 bits.
pub(crate) fn name() -> String {
    let digit = |bits: u8| char::from_digit(bits.into(), 16).unwrap_or('0');
    entropy().iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// PBKDF2-HMAC (RFC 8018), computed by the browser off this thread. `None` on a page without HTTPS, where there is
/// no `crypto.subtle`.
pub(crate) async fn pbkdf2(hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Option<Vec<u8>> {
    let (name, bits) = match hash {
        Hash::Sha1 => ("SHA-1", 160),
        Hash::Sha256 => ("SHA-256", 256),
    };
    let subtle = crypto()?.subtle();
    if subtle.is_undefined() {
        return None;
    }
    let usages = Array::of1(&JsValue::from_str("deriveBits"));
    let password = Uint8Array::from(password.as_bytes());
    let key = subtle.import_key_with_str("raw", &password, "PBKDF2", false, &usages).ok()?;
    let key: CryptoKey = JsFuture::from(key).await.ok()?.dyn_into().ok()?;

    let algorithm = js::object(&[
        ("name", JsValue::from_str("PBKDF2")),
        ("hash", JsValue::from_str(name)),
        ("salt", Uint8Array::from(salt).into()),
        ("iterations", iterations.into()),
    ]);
    let derived = subtle.derive_bits_with_object(algorithm.unchecked_ref(), &key, bits).ok()?;
    let derived: ArrayBuffer = JsFuture::from(derived).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&derived).to_vec())
}
