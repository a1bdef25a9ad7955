//! The optimizer: fewer operations that lead from the same state to the same state. Pure.
//!
//! Two operations become one (or none) by the rules of [`reduce`]. Where others stand between them, one of the two must
//! first be moved to the other: it may change places with an operation that touches nothing of what it touches. SQL and
//! Rust functions are never moved, and nothing is moved over them.
//!
//! DIFFERENCE: Django prefers to move the earlier of two operations to the later; here the later moves to the earlier where
//! it can, so that fields keep their order. And Django trusts its rules, while here the result is held against the
//! original: should the states ever differ, the operations stay as they were.

mod reduce;

use crate::autodetector::same_state;
use crate::touched::commute;
use crate::{Operation, ProjectState};
use reduce::reduce;

/// Fewer operations of an app that lead from `before` to the same state, or the same operations.
pub fn optimize(app: &str, operations: &[Operation], before: &ProjectState) -> Vec<Operation> {
    let mut optimized = operations.to_vec();
    while pass(app, &mut optimized) {}
    let after = |operations: &[Operation]| {
        let mut state = before.clone();
        operations.iter().try_for_each(|operation| operation.apply(app, &mut state)).ok().map(|()| state)
    };
    match (after(operations), after(&optimized)) {
        (Some(one), Some(other)) if same_state(&one, &other) => optimized,
        _ => operations.to_vec(),
    }
}

/// Reduces each operation with those after it; says whether anything changed.
fn pass(app: &str, operations: &mut Vec<Operation>) -> bool {
    let mut changed = false;
    let mut at = 0;
    'next: while at < operations.len() {
        for later in at + 1..operations.len() {
            let Some(reduced) = reduce(&operations[at], &operations[later]) else {
                continue;
            };
            let between = &operations[at + 1..later];
            if between.iter().all(|operation| commute(app, operation, &operations[later])) {
                operations.remove(later);
                operations.splice(at..=at, reduced);
            } else if between.iter().all(|operation| commute(app, &operations[at], operation)) {
                operations.splice(later..=later, reduced);
                operations.remove(at);
            } else {
                continue;
            }
            changed = true;
            continue 'next;
        }
        at += 1;
    }
    changed
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use rjango_schema::FieldSchema;

    use super::*;
    use crate::operations::Operation;

    fn operations(toml: &str) -> Vec<Operation> {
        #[derive(serde::Deserialize)]
        struct File {
            operations: Vec<Operation>,
        }
        let text: String = toml.lines().map(|line| format!("[[operations]]\n{}\n", line.replace("; ", "\n"))).collect();
        toml::from_str::<File>(&text).map(|file| file.operations).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// One operation a line, its keys after one another; shown by their descriptions.
    fn check(toml: &str, expected: &Expect) {
        let optimized = optimize("shop", &operations(toml), &ProjectState::new());
        let lines: Vec<String> = optimized.iter().map(Operation::describe_with_symbol).collect();
        expected.assert_eq(&lines.join("\n"));
    }

    const ID: &str = r#"{ name = "id", kind = "big_auto", primary_key = true }"#;

    fn create(name: &str, fields: &str) -> String {
        format!("type = \"create_model\"; name = \"{name}\"; fields = [{ID}{fields}]")
    }

    #[test]
    fn what_comes_and_goes_leaves_nothing() {
        let add = r#"type = "add_field"; model = "A"; field = { name = "x", kind = "integer", null = true }"#;
        let remove = r#"type = "remove_field"; model = "A"; name = "x""#;
        check(
            &format!(
                "{}\n{}\n{add}\n{remove}\ntype = \"delete_model\"; name = \"A\"",
                create("A", ""),
                create("B", "")
            ),
            &expect!["+ Create model B"],
        );
    }

    #[test]
    fn new_field_that_is_altered_and_renamed_is_one_operation() {
        let add = r#"type = "add_field"; model = "A"; field = { name = "x", kind = "integer", null = true }"#;
        let alter = r#"type = "alter_field"; model = "A"; field = { name = "x", kind = "text", null = true }"#;
        let rename = r#"type = "rename_field"; model = "A"; from = "x"; to = "y""#;
        let sql = r#"type = "run_sql"; sql = "SELECT 1;""#;
        check(
            &format!("{}\n{sql}\n{add}\n{alter}\n{rename}", create("A", "")),
            &expect![[r#"
                + Create model A
                s Raw SQL operation
                + Add field y to a
                ~ Alter field y on a"#]],
        );
    }

    #[test]
    fn nothing_moves_over_sql() {
        let add = r#"type = "add_field"; model = "A"; field = { name = "x", kind = "integer", null = true }"#;
        let sql = r#"type = "run_sql"; sql = "SELECT 1;""#;
        let remove = r#"type = "remove_field"; model = "A"; name = "x""#;
        check(
            &format!("{}\n{add}\n{sql}\n{remove}", create("A", "")),
            &expect![[r#"
                + Create model A
                s Raw SQL operation
                - Remove field x from a"#]],
        );
    }

    #[test]
    fn model_moves_to_the_relation_that_is_added_later() {
        let key = r#"type = "add_field"; model = "A"; field = { name = "b", kind = "foreign_key", to = "shop.B", on_delete = "cascade", null = true }"#;
        check(
            &format!("{}\n{}\n{key}", create("A", ""), create("B", "")),
            &expect![[r#"
                + Create model B
                + Create model A"#]],
        );
    }

    #[test]
    fn field_that_becomes_required_keeps_its_two_steps() {
        let add = r#"type = "add_field"; model = "A"; field = { name = "x", kind = "integer", null = true }"#;
        let alter = r#"type = "alter_field"; model = "A"; field = { name = "x", kind = "integer" }"#;
        let sql = r#"type = "run_sql"; sql = "SELECT 1;""#;
        check(
            &format!("{}\n{sql}\n{add}\n{alter}", create("A", "")),
            &expect![[r#"
                + Create model A
                s Raw SQL operation
                + Add field x to a
                ~ Alter field x on a"#]],
        );
    }

    /// Random operations, as far as each fits the state before it. The rules alone, without the guard behind them, must
    /// lead to the same state.
    #[test]
    fn state_after_is_the_same() {
        let mut random = Random(20);
        let (mut reduced, mut total) = (0, 0);
        for _ in 0..1_000 {
            let mut state = ProjectState::new();
            let mut operations = Vec::new();
            for _ in 0..25 {
                let operation = random.operation();
                let mut next = state.clone();
                let fits = operation.apply("shop", &mut next).is_ok();
                // No history leaves a relation to a model that is not there.
                let targets = |model: &rjango_schema::ModelSchema| {
                    model.fields.iter().filter_map(crate::target).all(|target| next.get(target).is_some())
                };
                if fits && next.iter().all(targets) {
                    state = next;
                    operations.push(operation);
                }
            }
            let mut optimized = operations.clone();
            while pass("shop", &mut optimized) {}
            let mut after = ProjectState::new();
            let outcome = optimized.iter().try_for_each(|operation| operation.apply("shop", &mut after));
            let shown = |operations: &[Operation]| -> String {
                operations.iter().filter_map(|operation| operation.to_toml().ok()).collect()
            };
            let (one, other) = (shown(&operations), shown(&optimized));
            assert!(outcome.is_ok() && same_state(&state, &after), "{outcome:?}\n{one}\nbecame\n\n{other}");
            total += operations.len();
            reduced += operations.len() - optimized.len();
        }
        assert!(reduced * 4 > total, "a quarter at least is to be saved: {reduced} of {total}");
    }

    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }

        fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
            words[usize::try_from(self.below(words.len() as u64)).unwrap_or(0)]
        }

        fn operation(&mut self) -> Operation {
            let (model, other) = (self.one_of(&["A", "B", "C"]), self.one_of(&["A", "B", "C", "D"]));
            let (field, to) = (self.one_of(&["x", "y", "z"]), self.one_of(&["x", "y", "z"]));
            let kind = self.one_of(&[
                "kind = \"integer\"",
                "kind = \"text\"",
                "kind = \"foreign_key\", to = \"shop.A\", on_delete = \"cascade\"",
                "kind = \"foreign_key\", to = \"shop.B\", on_delete = \"cascade\"",
            ]);
            let null = self.one_of(&["true", "false"]);
            let described = format!("{{ name = \"{field}\", {kind}, null = {null} }}");
            let index = format!("{{ name = \"{model}_{field}\", fields = [\"{field}\"] }}");
            let text = match self.below(13) {
                0 | 1 => create(model, &format!(", {described}")),
                2 => format!("type = \"delete_model\"; name = \"{model}\""),
                3 => format!("type = \"rename_model\"; from = \"{model}\"; to = \"{other}\""),
                4 | 5 => format!("type = \"add_field\"; model = \"{model}\"; field = {described}"),
                6 | 7 => format!("type = \"alter_field\"; model = \"{model}\"; field = {described}"),
                8 => format!("type = \"remove_field\"; model = \"{model}\"; name = \"{field}\""),
                9 => format!("type = \"rename_field\"; model = \"{model}\"; from = \"{field}\"; to = \"{to}\""),
                10 => format!("type = \"add_index\"; model = \"{model}\"; index = {index}"),
                11 => format!("type = \"remove_index\"; model = \"{model}\"; name = \"{model}_{field}\""),
                _ => format!("type = \"alter_model_table\"; model = \"{model}\"; table = \"{other}\""),
            };
            operations(&text).remove(0)
        }
    }

    #[test]
    fn values_of_one_off_defaults_stay() {
        let alter = r#"type = "alter_field"; model = "A"; field = { name = "x", kind = "integer" }; one_off_default = { int = 5 }"#;
        let next = r#"type = "alter_field"; model = "A"; field = { name = "x", kind = "big_integer" }"#;
        let before = operations(&create("A", ", { name = \"x\", kind = \"integer\", null = true }"));
        let mut state = ProjectState::new();
        before
            .iter()
            .try_for_each(|operation| operation.apply("shop", &mut state))
            .unwrap_or_else(|error| panic!("{error}"));
        let optimized = optimize("shop", &operations(&format!("{alter}\n{next}")), &state);
        let [Operation::AlterField(alter)] = optimized.as_slice() else { panic!("{optimized:#?}") };
        let field: &FieldSchema = &alter.field;
        assert_eq!(field.kind, rjango_schema::FieldKind::BigInteger);
        assert_eq!(alter.one_off_default, Some(rjango_schema::DefaultValue::Int(5)));
    }
}
