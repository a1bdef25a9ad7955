//! A failing walk with everything taken away that it fails without.

use super::mischief::has_misfit;
use super::run::Failure;
use super::world::{LineEnds, World};

/// The smallest walk found that fails in the same way, and how. `run` is called once for each attempt.
pub fn shrink(
    mut worlds: Vec<World>,
    mut failure: Failure,
    run: &dyn Fn(&[World]) -> Option<Failure>,
) -> (Vec<World>, Failure) {
    let attempt = |worlds: &mut Vec<World>, failure: &mut Failure, candidate: Vec<World>| {
        if !candidate.iter().all(is_keyed)
            || !detours_are_meant(&candidate)
            || format!("{candidate:?}") == format!("{worlds:?}")
        {
            return false;
        }
        match run(&candidate) {
            Some(found) if found.what == failure.what => {
                *worlds = candidate;
                *failure = found;
                true
            }
            _ => false,
        }
    };
    // The step alone, from the models just before it.
    let step = failure.step;
    if step > 0 {
        let alone = worlds[step - 1..=step].to_vec();
        if !attempt(&mut worlds, &mut failure, alone) {
            let until = worlds[..=step].to_vec();
            attempt(&mut worlds, &mut failure, until);
        }
    } else {
        let first = worlds[..1].to_vec();
        attempt(&mut worlds, &mut failure, first);
    }
    loop {
        let mut smaller = false;
        for cut in cuts(&worlds) {
            let candidate: Vec<World> = worlds.clone().into_iter().map(|world| cut.apply(world)).collect();
            smaller |= attempt(&mut worlds, &mut failure, candidate);
        }
        let mut position = 1;
        while position < worlds.len() {
            // Each is made from what the attempt before it left.
            for number in 0..closer(&worlds, position).len() {
                if let Some(candidate) = closer(&worlds, position).into_iter().nth(number) {
                    smaller |= attempt(&mut worlds, &mut failure, candidate);
                }
            }
            position += 1;
        }
        if !smaller {
            return (worlds, failure);
        }
    }
}

/// Whether what must be refused has a reason still.
fn detours_are_meant(worlds: &[World]) -> bool {
    let pairs = worlds.windows(2).filter_map(|pair| Some((&pair[0], pair[1].detour.as_deref()?)));
    worlds.first().is_none_or(|first| first.detour.is_none())
        && pairs.into_iter().all(|(before, detour)| has_misfit(before, detour))
}

/// Whether every model has one key, its first field.
fn is_keyed(world: &World) -> bool {
    let fields = world.models.iter().flat_map(|model| model.fields.iter().enumerate());
    fields.into_iter().all(|(place, field)| field.schema.primary_key == (place == 0))
}

/// Something to be taken out of every moment.
enum Cut {
    Model(u32),
    Field(u32, u32),
    Groups(u32),
    Indexes(u32),
    Constraints(u32),
    Options(u32),
    Rows(u32),
    Attributes(u32, u32),
}

fn cuts(worlds: &[World]) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for model in worlds.iter().flat_map(|world| &world.models) {
        cuts.push(Cut::Model(model.id));
        cuts.extend(model.fields.iter().skip(1).map(|field| Cut::Field(model.id, field.id)));
        cuts.push(Cut::Groups(model.id));
        cuts.push(Cut::Indexes(model.id));
        cuts.push(Cut::Constraints(model.id));
        cuts.push(Cut::Options(model.id));
        cuts.push(Cut::Rows(model.id));
        cuts.extend(model.fields.iter().map(|field| Cut::Attributes(model.id, field.id)));
    }
    cuts
}

impl Cut {
    fn apply(&self, mut world: World) -> World {
        world.detour = world.detour.take().map(|detour| Box::new(self.apply(*detour)));
        match self {
            Self::Model(id) => world.remove_model(*id),
            Self::Field(model, field) => world.remove_field(*model, *field),
            _ => {}
        }
        let (Self::Model(id)
        | Self::Field(id, _)
        | Self::Groups(id)
        | Self::Indexes(id)
        | Self::Constraints(id)
        | Self::Options(id)
        | Self::Rows(id)
        | Self::Attributes(id, _)) = self;
        let Some(model) = world.models.iter_mut().find(|model| model.id == *id) else { return world };
        match self {
            Self::Groups(_) => model.groups.clear(),
            Self::Indexes(_) => model.indexes.clear(),
            Self::Constraints(_) => model.constraints.clear(),
            Self::Options(_) => {
                model.ordering.clear();
                model.verbose_name = None;
                model.permissions.clear();
            }
            Self::Rows(_) => model.populated = false,
            Self::Attributes(_, field) => {
                if let Some(field) = model.fields.iter_mut().find(|candidate| candidate.id == *field) {
                    field.schema.default = None;
                    field.schema.column = None;
                    field.schema.help_text = None;
                    field.schema.verbose_name = None;
                }
            }
            Self::Model(_) | Self::Field(..) => {}
        }
        world
    }
}

/// Walks in which something at this position is as it was before.
fn closer(worlds: &[World], position: usize) -> Vec<Vec<World>> {
    let (before, after) = (&worlds[position - 1], &worlds[position]);
    let mut candidates = Vec::new();
    let mut push = |change: &dyn Fn(&mut World)| {
        let mut candidate = worlds.to_vec();
        change(&mut candidate[position]);
        candidates.push(candidate);
    };
    push(&|world| world.detour = None);
    push(&|world| world.by_hand.clear());
    push(&|world| world.line_ends = LineEnds::Lf);
    for (at, model) in after.models.iter().enumerate() {
        let Some(old) = before.model(model.id) else { continue };
        push(&|world| {
            world.models[at].name.clone_from(&old.name);
            world.models[at].renamed_from = None;
        });
        push(&|world| world.models[at].table.clone_from(&old.table));
        for (place, field) in model.fields.iter().enumerate() {
            let Some(old) = old.field(field.id) else { continue };
            push(&|world| {
                let name = world.models[at].fields[place].schema.name.clone();
                world.models[at].fields[place] = old.clone();
                world.models[at].fields[place].schema.name = name;
            });
            push(&|world| world.models[at].fields[place].schema.name.clone_from(&old.schema.name));
        }
    }
    candidates
}
