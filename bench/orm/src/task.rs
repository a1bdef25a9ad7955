//! What is measured.

/// A task, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// A product by its primary key.
    Get,
    /// The first twenty products by name, each with its category, by one join.
    List,
    /// Every product one by one.
    Stream,
    /// As many new products, in one transaction, which come back with their keys.
    BulkCreate,
}

impl Task {
    /// In the order in which they run: creating first, for the others read what was created.
    pub const ALL: [Self; 4] = [Self::BulkCreate, Self::Get, Self::List, Self::Stream];

    /// The word on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Stream => "stream",
            Self::BulkCreate => "bulk_create",
        }
    }

    /// How often a round does it. A round of the quick tasks is long enough for the clock and for the scheduler.
    pub fn times(self) -> usize {
        match self {
            Self::Get => 1_000,
            Self::List => 300,
            Self::Stream | Self::BulkCreate => 1,
        }
    }

    /// How many rounds there are.
    pub fn rounds(self) -> usize {
        match self {
            Self::Get | Self::List => 15,
            Self::Stream => 9,
            Self::BulkCreate => 5,
        }
    }
}
