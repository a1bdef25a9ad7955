//! The name of a migration, from what it does.

use crate::Operation;

/// Django's longest name of joined fragments, before `_and_more`.
const LONGEST: usize = 52;

/// Django's name: `initial`, or the operations' fragments joined up to 52 characters, then `_and_more`.
///
/// DIFFERENCE: where an operation has no fragment, Django says `auto_` and the time; a pure function has no clock and says
/// `custom`. The number before it makes it unique all the same.
pub fn migration_name(initial: bool, operations: &[Operation]) -> String {
    if initial {
        return "initial".to_owned();
    }
    let operations = without_helpers(operations);
    let fragments: Option<Vec<String>> = operations.iter().map(|operation| operation.fragment().map(word)).collect();
    let mut fragments = fragments.unwrap_or_default().into_iter();
    let Some(mut name) = fragments.next() else {
        return "custom".to_owned();
    };
    for fragment in fragments {
        let longer = format!("{name}_{fragment}");
        if longer.chars().count() > LONGEST {
            name.push_str("_and_more");
            break;
        }
        name = longer;
    }
    name
}

/// The operations, but that what is renamed twice is renamed once, to its last name: names that swap need one in between,
/// which nobody wants to read.
fn without_helpers(operations: &[Operation]) -> Vec<Operation> {
    let mut named: Vec<Operation> = Vec::new();
    for operation in operations {
        let mut operation = operation.clone();
        let earlier = named.iter().position(|earlier| match (earlier, &operation) {
            (Operation::RenameField(earlier), Operation::RenameField(later)) => {
                earlier.model == later.model && earlier.to == later.from
            }
            (Operation::RenameModel(earlier), Operation::RenameModel(later)) => earlier.to == later.from,
            _ => false,
        });
        match (earlier.map(|at| named.remove(at)), &mut operation) {
            (Some(Operation::RenameField(earlier)), Operation::RenameField(later)) => later.from = earlier.from,
            (Some(Operation::RenameModel(earlier)), Operation::RenameModel(later)) => later.from = earlier.from,
            _ => {}
        }
        named.push(operation);
    }
    named
}

/// Only what a folder's name can hold on every system: runs of other characters become one underscore.
fn word(fragment: String) -> String {
    let mut word = String::new();
    let mut between = false;
    for character in fragment.chars() {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
        } else if !between {
            word.push('_');
        }
        between = !(character.is_alphanumeric() || character == '_');
    }
    word
}
