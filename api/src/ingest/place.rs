//! Where in the world a visitor is: from an MMDB file on this machine, or from the header of a listed proxy.

use maxminddb::Reader;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::Path;

/// A place; empty where nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// ISO 3166-2 code.
    pub region: String,
    /// City name in English.
    pub city: String,
}

impl Place {
    /// A country from a proxy's header, which may hold anything; `XX` and `T1` stand for unknown and Tor.
    pub fn of_header(value: &str) -> Self {
        let country = value.trim().to_ascii_uppercase();
        let known = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) && country != "XX";
        Self {
            country: if known { country } else { String::new() },
            ..Self::default()
        }
    }
}

/// A file of addresses and their places.
#[derive(Debug)]
pub struct Atlas(Reader<Vec<u8>>);

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    country: Option<Country<'a>>,
    #[serde(borrow, default)]
    subdivisions: Option<Vec<Country<'a>>>,
    #[serde(borrow, default)]
    city: Option<City<'a>>,
}

#[derive(Deserialize)]
struct Country<'a> {
    #[serde(default)]
    iso_code: Option<&'a str>,
}

#[derive(Deserialize)]
struct City<'a> {
    #[serde(borrow, default)]
    names: Option<Names<'a>>,
}

#[derive(Deserialize)]
struct Names<'a> {
    #[serde(default)]
    en: Option<&'a str>,
}

impl Atlas {
    /// Reads the file into memory.
    pub fn open(path: &Path) -> Result<Self, maxminddb::MaxMindDbError> {
        Reader::open_readfile(path).map(Self)
    }

    /// The place of an address.
    pub fn place(&self, address: IpAddr) -> Place {
        let found = self.0.lookup(address).and_then(|result| result.decode::<Record<'_>>());
        let Ok(Some(record)) = found else {
            return Place::default();
        };
        let country = record
            .country
            .and_then(|country| country.iso_code)
            .unwrap_or("")
            .to_owned();
        let part = record
            .subdivisions
            .and_then(|parts| parts.first().and_then(|part| part.iso_code));
        Place {
            region: part.map_or(String::new(), |part| format!("{country}-{part}")),
            city: record
                .city
                .and_then(|city| city.names)
                .and_then(|names| names.en)
                .unwrap_or("")
                .to_owned(),
            country,
        }
    }
}
