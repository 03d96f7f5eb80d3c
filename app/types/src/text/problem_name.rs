//! How problems are called by machines.

use super::problem::Problem;

impl Problem {
    /// Its name without its parameters, as it is stored: for machines, whatever the language.
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            // A variant with parameters is an object of one key.
            Ok(serde_json::Value::Object(of)) => of.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_a_name_whatever_its_parameters() {
        assert_eq!(Problem::Required.name(), "required");
        assert_eq!(Problem::SameAsRow { row: 2 }.name(), "same_as_row");
    }
}
