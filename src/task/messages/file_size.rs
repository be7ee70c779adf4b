//! A number of bytes as a person reads it.

/// `bytes` in the largest unit of which there is one, in steps of 1000.
pub(crate) fn file_size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    // Far below the 53 bits that a float holds, but for sizes that no one has.
    #[allow(clippy::cast_precision_loss)]
    let mut number = bytes as f64;
    let mut unit = "B";
    for larger in UNITS {
        // What would be rounded to 1000 belongs to the next unit.
        if number < 999.5 {
            break;
        }
        number /= 1000.0;
        unit = larger;
    }
    if number < 9.95 {
        format!("{number:.1} {unit}")
    } else {
        format!("{number:.0} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_in_the_largest_unit() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_048_576, "1.0 MB"),
            (999_499, "999 kB"),
            (999_950, "1.0 MB"),
            (12_345_678, "12 MB"),
            (5_300_000_000, "5.3 GB"),
        ] {
            assert_eq!(file_size(bytes), text);
        }
        assert!(file_size(u64::MAX).ends_with("PB"));
    }
}
