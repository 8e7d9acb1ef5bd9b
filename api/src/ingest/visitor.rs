//! A visitor's number: a keyed hash that means something for one site on one local day, and to nobody after that.

use crate::kit::secret;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::net::IpAddr;

/// The key of one site's visitor numbers on one day.
pub type Salt = [u8; 32];

/// The number of who has the address and the user agent.
pub fn number(salt: &Salt, domain: &str, address: IpAddr, user_agent: &str) -> u64 {
    let message = format!("{domain}\0{}\0{user_agent}", address.to_canonical());
    let hash = secret::keyed_hash(salt, message.as_bytes());
    u64::from_be_bytes(hash[..8].try_into().expect("a hash has 32 bytes"))
}

/// The date in the zone.
pub fn local_date(zone: &TimeZone, time_ms: i64) -> Date {
    let instant = Timestamp::from_millisecond(time_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    zone.to_datetime(instant).date()
}

/// When a day's salt is of no more use: half an hour after the day's end, because a visit may go on over midnight.
/// That is less than 48 hours after the day's beginning in every zone.
pub fn expires_ms(zone: &TimeZone, date: Date) -> i64 {
    let end = zone.to_timestamp(date.tomorrow().unwrap_or(Date::MAX).at(0, 0, 0, 0));
    let end_ms = end.map_or(i64::MAX / 2, Timestamp::as_millisecond);
    end_ms + crate::events::visits::TIMEOUT_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_differ_by_salt_domain_address_and_agent() {
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let base = number(&[1; 32], "a.example", address, "UA");
        assert_eq!(
            base,
            number(&[1; 32], "a.example", "::ffff:192.0.2.7".parse().unwrap(), "UA")
        );
        for other in [
            number(&[2; 32], "a.example", address, "UA"),
            number(&[1; 32], "b.example", address, "UA"),
            number(&[1; 32], "a.example", "192.0.2.8".parse().unwrap(), "UA"),
            number(&[1; 32], "a.example", address, "UB"),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn salts_end_within_48_hours_of_their_day() {
        for zone in [
            "UTC",
            "Europe/Berlin",
            "Pacific/Kiritimati",
            "Etc/GMT+12",
            "Australia/Lord_Howe",
            "America/Sao_Paulo",
        ] {
            let zone = TimeZone::get(zone).unwrap();
            for day in [date(2026, 3, 28), date(2026, 10, 25), date(2018, 11, 4)] {
                let start_ms = zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap().as_millisecond();
                let life_h = (expires_ms(&zone, day) - start_ms) as f64 / 3_600_000.0;
                assert!((23.0..=26.0).contains(&life_h), "{life_h}");
            }
        }
    }
}
