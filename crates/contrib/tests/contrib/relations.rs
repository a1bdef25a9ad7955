//! Relations of a project's model to models of another crate: users and groups.

use std::sync::Arc;

use rjango_contrib::auth::{Group, User};
use rjango_core::{Result, Settings, Site};
use rjango_macros::{Model, f, q};
use rjango_orm::{Auto, Database, Databases, Engine, ForeignKey, ManyToMany, ModelInstance as _, Models};

use crate::tables;

#[derive(Model, Debug, Clone)]
pub struct Note {
    pub id: Auto,
    #[field(max_length = 200)]
    pub text: String,
    #[field(on_delete = "cascade", related_name = "notes")]
    pub author: ForeignKey<User>,
    #[field(related_name = "notes")]
    pub groups: ManyToMany<Group>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_refers_to_models_of_another_crate() {
    let settings = Settings::for_tests();
    let models = Models::from_inventory(|app| ["auth", "contenttypes", "relations"].contains(&app)).unwrap();
    let sql = tables::tables(Engine::Sqlite, &models);
    let databases = Databases::from_settings(&settings).unwrap();
    let site = Arc::new(Site::new(settings).with(databases).with(models));
    site.scope(async {
        Database::current(None)?.execute_script(&sql).await?;
        refer().await
    })
    .await
    .unwrap();
}

async fn refer() -> Result<()> {
    let joe = User::create_user("joe", "joe@example.com", Some("letmein")).await?;
    let note = Note { text: "tea".into(), author: ForeignKey::to(&joe), ..Default::default() };
    let note = Note::objects().create(note).await?;
    let group = note.groups.create(Group { name: "readers".into(), ..Default::default() }).await?;
    let found = Note::objects().select_related(f!(author)).prefetch_related(f!(groups));
    let found = found.get(q!(author__username = "joe", groups__name__startswith = "read")).await?;
    assert_eq!(found.author.loaded().map(|author| author.username.as_str()), Some("joe"));
    assert_eq!(found.groups.loaded().map(<[Group]>::len), Some(1));
    // And back, by methods that stand beside this model.
    assert_eq!(joe.notes().count().await?, 1);
    assert_eq!(group.notes().one().await?.text, "tea");
    assert_eq!(User::objects().filter(q!(notes__text = "tea")).one().await?.username, "joe");
    let counted = Group::objects().with_related(f!(notes), Note::objects()).await?;
    assert_eq!(counted[0].1.len(), 1);
    assert_eq!(joe.delete().await?, 3, "the user, the note, and its place in the group");
    assert_eq!(Note::objects().count().await?, 0);
    Ok(())
}
