//! What version of the data an answer is of.

use std::collections::HashMap;

/// Changes whenever what a site's questions are answered from does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    all: u64,
    site: u64,
}

/// The versions of all sites, since the store was opened.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    all: u64,
    sites: HashMap<String, u64>,
}

impl Versions {
    /// A site's version.
    pub fn of(&self, site_id: &str) -> Version {
        Version {
            all: self.all,
            site: self.sites.get(site_id).copied().unwrap_or(0),
        }
    }

    /// Something of these sites has changed, or may have.
    pub fn change(&mut self, sites: impl IntoIterator<Item = String>) {
        for site_id in sites {
            *self.sites.entry(site_id).or_default() += 1;
        }
    }

    /// Something has changed, of whichever site.
    pub fn change_all(&mut self) {
        self.all += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_s_version_changes_with_its_own_data_and_with_all() {
        let mut versions = Versions::default();
        let (a, b) = (versions.of("a"), versions.of("b"));
        versions.change(["a".to_owned()]);
        assert_ne!(versions.of("a"), a);
        assert_eq!(versions.of("b"), b);
        versions.change_all();
        assert_ne!(versions.of("b"), b);
    }
}
