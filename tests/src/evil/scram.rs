//! The server's half of SCRAM-SHA-256 (RFC 5802, RFC 7677), written apart from the engine's so that the two check
//! each other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const SALT: &[u8] = b"sixteen bytes ok";
const ITERATIONS: u32 = 4096;

/// One exchange.
#[derive(Default)]
pub(super) struct Exchange {
    nonce: String,
    /// `client-first-message-bare`, a comma, `server-first-message`, a comma.
    transcript: String,
}

impl Exchange {
    /// Takes the client's first message; the challenge in base64.
    pub(super) fn challenge(&mut self, client_first: &str) -> Option<String> {
        let first = decode(client_first)?;
        let bare = first.strip_prefix("n,,")?;
        let client_nonce = bare.split(',').find_map(|field| field.strip_prefix("r="))?;
        self.nonce = format!("{client_nonce}scripted");
        let challenge = format!("r={},s={},i={ITERATIONS}", self.nonce, STANDARD.encode(SALT));
        self.transcript = format!("{bare},{challenge},");
        Some(STANDARD.encode(challenge))
    }

    /// Takes the client's proof; the server's signature in base64, or `None` if the password is another.
    pub(super) fn verify(&self, client_final: &str, password: &str) -> Option<String> {
        let last = decode(client_final)?;
        let (without_proof, proof) = last.rsplit_once(",p=")?;
        if without_proof != format!("c=biws,r={}", self.nonce) {
            return None;
        }
        let salted = pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password.as_bytes(), SALT, ITERATIONS);
        let message = format!("{}{without_proof}", self.transcript);
        let client_key = hmac(&salted, b"Client Key");
        let signature = hmac(&Sha256::digest(&client_key), message.as_bytes());
        let expected: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let signed = hmac(&hmac(&salted, b"Server Key"), message.as_bytes());
        (STANDARD.decode(proof).ok()? == expected)
            .then(|| STANDARD.encode(format!("v={}", STANDARD.encode(signed))))
    }
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_only_good_for_its_password_and_nonce() {
        let mut exchange = Exchange::default();
        let challenge = exchange.challenge(&STANDARD.encode("n,,n=juliet,r=abc")).unwrap();
        assert!(decode(&challenge).unwrap().starts_with("r=abcscripted,s="));
        let without_proof = "c=biws,r=abcscripted";
        let salted = pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(b"secret", SALT, ITERATIONS);
        let key = hmac(&salted, b"Client Key");
        let signature =
            hmac(&Sha256::digest(&key), format!("{}{without_proof}", exchange.transcript).as_bytes());
        let proof: Vec<u8> = key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let last = STANDARD.encode(format!("{without_proof},p={}", STANDARD.encode(proof)));
        assert!(exchange.verify(&last, "secret").is_some());
        assert!(exchange.verify(&last, "Secret").is_none());
        assert!(Exchange::default().verify(&last, "secret").is_none());
    }
}
