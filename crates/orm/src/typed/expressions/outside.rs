//! `F` where neither `q!` nor `set!` reads it.

/// Outside of `q!` and `set!`, which read `F(votes)` as a field of the row. It cannot be called: the compiler says where it belongs.
#[allow(non_snake_case, clippy::extra_unused_lifetimes)] // Django's name; the lifetime keeps the bound from being refused here.
pub fn F<'a, T, V>(field: T) -> V
where
    &'a (): InsideOfSet<T, V>,
{
    InsideOfSet::field(&(), field)
}

/// `F(..)` stands inside of `q!` or `set!`. Nothing else is.
#[diagnostic::on_unimplemented(
    message = "`F(..)` is a field of the row only inside of `q!` and `set!`",
    label = "Rust would call a function here",
    note = "to have the database compute it: `Choice::objects().filter(q!(pk = choice.id)).update(set!(votes = F(votes) + 1)).await?`",
    note = "to compute it here, from what was read: `choice.votes += 1`"
)]
pub trait InsideOfSet<T, V> {
    /// The field.
    fn field(self, field: T) -> V;
}
