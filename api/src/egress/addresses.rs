//! Which addresses are of the public internet. Pure.
//!
//! Sources: IANA's special-purpose registries for IPv4 and IPv6, with what clouds use besides.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// Not of the public internet.
const SPECIAL_V4: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    // Shared by carriers' customers.
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Azure's host, which every virtual machine there reaches.
    v4(168, 63, 129, 16, 32),
    // Link-local, with most clouds' metadata.
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    // Relays of 6to4.
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    v4(255, 255, 255, 255, 32),
];

/// What is routed at all: everything else (mapped, NAT64, unique local, link-local, multicast) lies outside.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// Not of the public internet, though within it.
const SPECIAL_V6: [Ipv6Net; 4] = [
    // Teredo, benchmarks, ORCHID and other protocols' own.
    v6(0x2001, 0, 23),
    v6(0x2001, 0xdb8, 32),
    // 6to4.
    v6(0x2002, 0, 16),
    v6(0x3fff, 0, 20),
];

/// True for an address of the public internet that stands for itself and no other.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            let is_special = SPECIAL_V6.iter().any(|network| network.contains(&address));
            GLOBAL_V6.contains(&address) && !is_special && !is_isatap(address)
        }
    }
}

/// ISATAP (RFC 5214) carries an IPv4 address behind `0:5efe` or `200:5efe` in the interface's half.
fn is_isatap(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    matches!(segments[4], 0 | 0x200) && segments[5] == 0x5efe
}

/// True when a network of the list has the address.
pub fn is_in(networks: &[crate::config::Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ipnet::IpNet;

    #[test]
    fn t58_only_public_addresses_are_public() {
        for address in [
            "127.0.0.1",
            "0.0.0.0",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "168.63.129.16",
            "198.19.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.88.99.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::7f00:1",
            "100::1",
            "2001::7f00:1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "2606:4700::5efe:7f00:1",
            "2606:4700::200:5efe:808:808",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().expect("an address")), "{address}");
        }
        for address in [
            "1.1.1.1",
            "93.184.216.34",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
        for network in SPECIAL_V4.map(IpNet::V4).into_iter().chain(SPECIAL_V6.map(IpNet::V6)) {
            for address in [network.network(), network.broadcast()] {
                assert!(!is_public(address), "{address} of {network}");
            }
        }
    }
}
