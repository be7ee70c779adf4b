//! Counts tests from the summary lines of the test runners.

use std::ops::AddAssign;

/// The number of tests by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Ran and passed.
    pub passed: u32,
    /// Ran and failed.
    pub failed: u32,
    /// Did not run.
    pub skipped: u32,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Count {
    /// The counts in one line of output; zero if it is not a summary line.
    ///
    /// Cargo and wasm-bindgen print `test result: ok. 3 passed; 0 failed; 0 ignored; …`, Node one
    /// line for each result, such as `ℹ pass 3` or `# pass 3`.
    pub fn of_line(line: &str) -> Self {
        let mut count = Self::default();
        if let Some((_, result)) = line.split_once("test result: ") {
            for part in result.split(['.', ';']) {
                let mut words = part.split_whitespace();
                let number = words.next().and_then(|number| number.parse().ok());
                match (number, words.next()) {
                    (Some(number), Some("passed")) => count.passed = number,
                    (Some(number), Some("failed")) => count.failed = number,
                    (Some(number), Some("ignored")) => count.skipped = number,
                    _ => {}
                }
            }
        } else if let ["ℹ" | "#", word, number] = line.split_whitespace().collect::<Vec<_>>()[..]
        {
            let number = number.parse().unwrap_or(0);
            match word {
                "pass" => count.passed = number,
                "fail" => count.failed = number,
                "skipped" | "cancelled" | "todo" => count.skipped = number,
                _ => {}
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u32, failed: u32, skipped: u32) -> Count {
        Count {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn closing_lines_are_counted_and_no_others() {
        let cargo =
            "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out";
        assert_eq!(Count::of_line(cargo), count(12, 2, 1));
        assert_eq!(Count::of_line("ℹ pass 7"), count(7, 0, 0));
        assert_eq!(Count::of_line("# skipped 2"), count(0, 0, 2));
        assert_eq!(Count::of_line("ℹ duration_ms 812"), count(0, 0, 0));
        assert_eq!(Count::of_line("test engine::x ... ok"), count(0, 0, 0));
    }
}
