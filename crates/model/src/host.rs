//! Names of hosts.

/// True if this host is this very device: `localhost`, `::1` or `127.x.x.x`. Other spellings of such addresses are not
/// recognised, which only makes us more careful. (`std::net`'s parser costs 1 KB of the download.)
pub fn is_loopback(host: &str) -> bool {
    // Digits only: a sign is a number to `parse` and none in an address.
    let is_digits = |number: &&str| number.bytes().all(|byte| byte.is_ascii_digit());
    let mut numbers = host.split('.').map(|number| Some(number).filter(is_digits)?.parse::<u8>().ok());
    let is_127 = numbers.next() == Some(Some(127));
    host == "localhost"
        || host == "::1"
        || (is_127 && numbers.clone().count() == 3 && numbers.all(|n| n.is_some()))
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_device_is_loopback() {
        for host in ["localhost", "::1", "127.0.0.1", "127.255.3.9"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "127",
            "127.0.0",
            "127.0.0.1.example",
            "127.0.0.256",
            "127.0.0.1.1",
            "127.+0.0.1",
            "+127.0.0.1",
            "127..0.1",
            "10.0.0.1",
            "localhost.example",
            "::2",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
