//! SCRAM (RFC 5802, RFC 7677) without channel binding: a browser shows no TLS session to bind to.
//!
//! PBKDF2 is not here. It is slow on purpose, so the driver lets the platform do it ([`crate::Output::DeriveKey`]).

use hmac::{Hmac, KeyInit, Mac};
use model::Hash;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use stanza::base64;

/// Fewer iterations make a stolen exchange cheap to guess (RFC 7677 §4).
const MIN_ITERATIONS: u32 = 4096;
/// More iterations would keep a phone busy for minutes: a server's attack or its mistake.
const MAX_ITERATIONS: u32 = 1_000_000;

/// The name of a mechanism on the wire.
pub(crate) fn mechanism(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SCRAM-SHA-1",
        Hash::Sha256 => "SCRAM-SHA-256",
    }
}

/// Why an exchange was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScramError {
    /// The server's message does not have the required form.
    Malformed,
    /// The server's nonce does not extend ours: somebody replays an exchange.
    Nonce,
    /// The iteration count is unsafe or absurd.
    Iterations,
    /// The server does not know the password either: it is not the real one.
    Signature,
}

/// What the server asks for in its first message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) salt: Vec<u8>,
    pub(crate) iterations: u32,
    nonce: String,
    text: String,
}

/// One exchange, from our first message to the server's proof.
#[derive(Clone, Debug)]
pub(crate) struct Scram {
    hash: Hash,
    nonce: String,
    first_bare: String,
}

/// The client's last message and what the server must answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) message: String,
    server_signature: Vec<u8>,
}

impl Scram {
    /// `nonce` must be unguessable and hold no comma.
    pub(crate) fn new(hash: Hash, user: &str, nonce: String) -> Self {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        let first_bare = format!("n={user},r={nonce}");
        Self { hash, nonce, first_bare }
    }

    /// `client-first-message`. `n`: no channel binding here, and none claimed for the server.
    pub(crate) fn first(&self) -> String {
        format!("n,,{}", self.first_bare)
    }

    /// Reads `server-first-message`.
    pub(crate) fn challenge(&self, text: &str) -> Result<Challenge, ScramError> {
        let mut parts = text.split(',');
        // A mandatory extension (`m=`) in front is unknown to us: RFC 5802 §5.1 says to fail.
        let nonce = parts.next().and_then(|part| part.strip_prefix("r=")).ok_or(ScramError::Malformed)?;
        let salt = parts.next().and_then(|part| part.strip_prefix("s=")).ok_or(ScramError::Malformed)?;
        let iterations =
            parts.next().and_then(|part| part.strip_prefix("i=")).ok_or(ScramError::Malformed)?;
        if !nonce.starts_with(&self.nonce) || nonce.len() == self.nonce.len() {
            return Err(ScramError::Nonce);
        }
        let salt = base64::decode(salt).ok_or(ScramError::Malformed)?;
        if salt.is_empty() {
            return Err(ScramError::Malformed);
        }
        let iterations = iterations.parse().map_err(|_| ScramError::Malformed)?;
        if !(MIN_ITERATIONS..=MAX_ITERATIONS).contains(&iterations) {
            return Err(ScramError::Iterations);
        }
        Ok(Challenge { salt, iterations, nonce: nonce.to_owned(), text: text.to_owned() })
    }

    /// `client-final-message`, from the salted password.
    pub(crate) fn proof(&self, challenge: &Challenge, salted_password: &[u8]) -> Proof {
        let without_proof = format!("c=biws,r={}", challenge.nonce);
        let auth_message = format!("{},{},{without_proof}", self.first_bare, challenge.text);
        let client_key = hmac(self.hash, salted_password, b"Client Key");
        let stored_key = digest(self.hash, &client_key);
        let client_signature = hmac(self.hash, &stored_key, auth_message.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(&client_signature).map(|(a, b)| a ^ b).collect();
        let server_key = hmac(self.hash, salted_password, b"Server Key");
        Proof {
            message: format!("{without_proof},p={}", base64::encode(proof)),
            server_signature: hmac(self.hash, &server_key, auth_message.as_bytes()),
        }
    }
}

impl Proof {
    /// Checks `server-final-message`.
    pub(crate) fn verify(&self, text: &str) -> Result<(), ScramError> {
        let signature =
            text.split(',').next().and_then(|part| part.strip_prefix("v=")).ok_or(ScramError::Malformed)?;
        let signature = base64::decode(signature).ok_or(ScramError::Malformed)?;
        // No secret hangs on the timing of this comparison: both sides of it were sent in the open.
        if signature == self.server_signature { Ok(()) } else { Err(ScramError::Signature) }
    }
}

pub(crate) fn hmac(hash: Hash, key: &[u8], data: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length; the error arm is unreachable and an empty result would fail the log-in.
    match hash {
        Hash::Sha1 => Hmac::<Sha1>::new_from_slice(key)
            .map(|mut mac| {
                mac.update(data);
                mac.finalize().into_bytes().to_vec()
            })
            .unwrap_or_default(),
        Hash::Sha256 => Hmac::<Sha256>::new_from_slice(key)
            .map(|mut mac| {
                mac.update(data);
                mac.finalize().into_bytes().to_vec()
            })
            .unwrap_or_default(),
    }
}

pub(crate) fn digest(hash: Hash, data: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha1 => Sha1::digest(data).to_vec(),
        Hash::Sha256 => Sha256::digest(data).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn salted(hash: Hash, challenge: &Challenge) -> Vec<u8> {
        crate::testing::pbkdf2(hash, "pencil", &challenge.salt, challenge.iterations)
    }

    #[test]
    fn rfc5802_section_5_vector() {
        let scram = Scram::new(Hash::Sha1, "user", "fyko+d2lbbFgONRv9qkxdawL".into());
        assert_eq!(scram.first(), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        let challenge = scram
            .challenge("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")
            .unwrap();
        let proof = scram.proof(&challenge, &salted(Hash::Sha1, &challenge));
        assert_eq!(
            proof.message,
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
        );
        assert_eq!(proof.verify("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), Ok(()));
    }

    #[test]
    fn rfc7677_section_3_vector() {
        let scram = Scram::new(Hash::Sha256, "user", "rOprNGfwEbeRWgbNEkqO".into());
        let challenge = scram
            .challenge(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            )
            .unwrap();
        let proof = scram.proof(&challenge, &salted(Hash::Sha256, &challenge));
        assert_eq!(
            proof.message,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(proof.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Ok(()));
        assert_eq!(
            proof.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="),
            Err(ScramError::Malformed)
        );
        assert_eq!(proof.verify("v=AAAA"), Err(ScramError::Signature));
        assert_eq!(proof.verify("e=other-error"), Err(ScramError::Malformed));
    }

    #[test]
    fn a_lying_server_is_refused() {
        let scram = Scram::new(Hash::Sha256, "a=b,c", "abc".into());
        assert_eq!(scram.first(), "n,,n=a=3Db=2Cc,r=abc");
        let check = |text: &str| scram.challenge(text).unwrap_err();
        assert_eq!(check("r=xyz1,s=AAAA,i=4096"), ScramError::Nonce);
        assert_eq!(check("r=abc,s=AAAA,i=4096"), ScramError::Nonce);
        assert_eq!(check("r=abcd,s=AAAA,i=1"), ScramError::Iterations);
        assert_eq!(check("r=abcd,s=AAAA,i=1000000000"), ScramError::Iterations);
        assert_eq!(check("r=abcd,s=AAAA,i=-4096"), ScramError::Malformed);
        assert_eq!(check("r=abcd,s=,i=4096"), ScramError::Malformed);
        assert_eq!(check("m=x,r=abcd,s=AAAA,i=4096"), ScramError::Malformed);
        assert_eq!(check(""), ScramError::Malformed);
    }
}
