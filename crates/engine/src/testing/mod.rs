//! Test tools: a virtual clock, a small scripted server, and a pump that needs neither sockets nor time.

mod archive;
mod mini_sasl2;
mod mini_server;
mod pep;
mod world;

pub use archive::{Archive, Entry};
pub use mini_sasl2::Sasl2;
pub use mini_server::{MiniServer, ServerOptions};
pub use pep::Pep;
pub use world::World;

use hmac::{Hmac, KeyInit, Mac};
use model::Hash;
use sha1::Sha1;
use sha2::Sha256;

/// PBKDF2 (RFC 8018 §5.2) for one block, which is all that SCRAM needs. For tests: the product uses the platform's.
///
/// # Panics
/// Never: HMAC takes keys of any length.
pub fn pbkdf2(hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Vec<u8> {
    let prf = |data: &[u8]| -> Vec<u8> {
        match hash {
            Hash::Sha1 => {
                let mut mac = Hmac::<Sha1>::new_from_slice(password.as_bytes()).expect("any key length");
                mac.update(data);
                mac.finalize().into_bytes().to_vec()
            }
            Hash::Sha256 => {
                let mut mac = Hmac::<Sha256>::new_from_slice(password.as_bytes()).expect("any key length");
                mac.update(data);
                mac.finalize().into_bytes().to_vec()
            }
        }
    };
    let mut round = prf(&[salt, &1u32.to_be_bytes()].concat());
    let mut key = round.clone();
    for _ in 1..iterations {
        round = prf(&round);
        key.iter_mut().zip(&round).for_each(|(sum, byte)| *sum ^= byte);
    }
    key
}
