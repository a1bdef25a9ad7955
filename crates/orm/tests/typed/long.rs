//! Long writes and long chains: as many rows as there should be, by statements that grow linearly with the rows.

use rjango_orm::Database;

use crate::database::run_in;
use crate::library::models::*;
use crate::prelude::*;

/// More than any engine takes as parameters of one statement.
const MANY: usize = 70_000;

fn authors(count: usize) -> impl Iterator<Item = Author> {
    (0..count).map(|number| Author { name: format!("Author {number:06}"), ..Default::default() })
}

/// The number of statements that this takes.
async fn statements<T>(run: impl Future<Output = Result<T>>) -> Result<(T, u64)> {
    let database = Database::current(None)?;
    let before = database.statement_count();
    let done = run.await?;
    Ok((done, database.statement_count() - before))
}

#[test]
fn many_rows_are_written_and_read_by_few_statements() {
    run_in("library", async || {
        let (mut authors, written) = statements(Author::objects().bulk_create(authors(MANY))).await?;
        let keys: Vec<Auto> = authors.iter().map(|author| author.id).collect();
        assert_eq!(Author::objects().count().await?, 70_000);
        // Each has the key of its own row, over the bounds of the statements too.
        let (found, asked) = statements(Author::objects().in_bulk(keys.clone())).await?;
        assert_eq!(found.len(), MANY);
        assert!(authors.iter().all(|author| found[&author.id].name == author.name));
        authors.truncate(20_000);
        for author in &mut authors {
            author.email = format!("{}@example.com", author.id);
            author.website = Some(author.email.clone());
        }
        let (count, updated) = statements(Author::objects().bulk_update(&authors, f!(email, website))).await?;
        assert_eq!(count, 20_000);
        assert_eq!(Author::objects().filter(q!(email__endswith = "@example.com")).count().await?, 20_000);
        let last = Author::objects().get(q!(pk = authors[19_999].id)).await?;
        assert_eq!(last.email, authors[19_999].email);
        let (gone, deleted) = statements(Author::objects().filter(q!(pk__in = keys)).delete()).await?;
        assert_eq!(gone, 70_000);
        // By a statement for each thousand rows, each two hundred of an update, and a few.
        assert!(written <= 90 && asked <= 75 && updated <= 110, "{written}, {asked}, {updated}");
        assert!(deleted <= 5 * 75, "{deleted}");
        assert_eq!(Author::objects().count().await?, 0);
        Ok(())
    });
}

#[test]
fn a_computed_text_is_found_in_a_long_list() {
    run_in("library", async || {
        Author::objects().bulk_create(authors(300)).await?;
        let list = || (0..MANY).map(|number| format!("author {:06}", number * 2)).collect::<Vec<_>>();
        let all = || Author::objects();
        let (found, asked) = statements(all().filter(|a| a.name().lower().in_(list())).count()).await?;
        assert_eq!((found, asked), (150, 1));
        let others = all().exclude(|a| a.name().lower().in_(list())).order_by(f!(pk)).values_list(|a| a.name()).await?;
        assert_eq!((others.len(), others[0].as_str()), (150, "Author 000001"));
        Ok(())
    });
}

#[test]
fn a_long_chain_of_conditions_is_one_condition() {
    run_in("library", async || {
        Author::objects().bulk_create(authors(300)).await?;
        let one = |number: usize| Q::<Author>::of(|a| a.name().contains(format!("{:06}", number * 2)));
        // From the left, and from the right, as Django joins them.
        let left = (1..3_000).fold(one(0), |any, number| any | one(number));
        let right = (1..3_000).fold(one(0), |any, number| one(number) | any);
        assert_eq!(Author::objects().filter_by(left).count().await?, 150);
        assert_eq!(Author::objects().filter_by(right.clone()).count().await?, 150);
        assert_eq!(Author::objects().filter_by(!right).count().await?, 150);
        let not = |number: usize| !one(number);
        let none = (1..3_000).fold(not(0), |all, number| not(number) & all);
        assert_eq!(Author::objects().filter_by(none).count().await?, 150);
        let chained = (0..2_000).fold(Author::objects(), |rows, number| rows.filter_by(!one(number)));
        assert_eq!(chained.count().await?, 150);
        Ok(())
    });
}
