//! A model of users of the project's own: with a key of another type, another name to log in with, and few fields.

use std::sync::Arc;

use rjango_contrib::auth::{
    AbstractBaseUser, AnyUser, CurrentUser, Group, Permission, PermissionsMixin, RequestUser as _, User,
    UserInstance as _, UserKey, all_permissions, authenticate, login, users,
};
use rjango_core::{Result, Site};
use rjango_http::{Client, Request, Templates, Urls, context, path, urls};
use rjango_macros::{Model, f, q};
use rjango_orm::{Auto, Database, Databases, Engine, ManyToMany, Models, Value};
use uuid::Uuid;

use crate::site::settings;
use crate::tables;

/// Known by a handle, without first and last name.
#[derive(Model, Debug, Clone)]
#[model(user, username_field = "handle", required_fields = "")]
pub struct Member {
    #[field(primary_key, default = Uuid::new_v4)]
    pub id: Uuid,
    #[field(flatten)]
    pub account: AbstractBaseUser,
    #[field(flatten)]
    pub rights: PermissionsMixin,
    #[field(max_length = 30, unique)]
    pub handle: String,
    #[field(max_length = 60, blank)]
    pub full_name: String,
    #[field(default = true)]
    pub is_active: bool,
    pub friends: ManyToMany<Member>,
}

/// What a crate for many projects keeps of a user.
#[derive(Model, Debug, Clone)]
pub struct Visit {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "visits")]
    pub user: UserKey,
    #[field(on_delete = "set_null")]
    pub guide: Option<UserKey>,
    #[field(max_length = 30)]
    pub place: String,
}

fn models() -> Models {
    let installed = |app: &str| ["auth", "contenttypes", "sessions", "own_user"].contains(&app);
    Models::from_inventory_with_users(installed, "own_user.Member").unwrap()
}

async fn site() -> Arc<Site> {
    let settings = settings();
    let models = models();
    let sql = tables::tables(Engine::Sqlite, &models);
    let databases = Databases::from_settings(&settings).unwrap();
    let page = "{{ user }}|{{ user.handle }}|{{ user.username }}|{{ user.get_full_name }}|{{ user.email }}|{{ user.friends.all|length }}";
    let templates = Templates::new(&settings).with_embedded([("who.html", page)]);
    let site = Arc::new(Site::new(settings).with(databases).with(models).with(templates).with(urlpatterns()));
    Arc::clone(&site).scope(async { Database::current(None)?.execute_script(&sql).await }).await.unwrap();
    site
}

fn urlpatterns() -> Urls {
    urls![path("enter/<str:handle>/", enter), path("me/", me), path("who/", who), path("wrong/", wrong)]
}

async fn enter(request: Request, handle: String) -> Result<String> {
    let member = Member::objects().get(q!(handle = handle)).await?;
    login(&request, &member).await?;
    Ok(request.user().await?.to_string())
}

async fn me(request: Request) -> Result<String> {
    Ok(match request.user_as::<Member>().await? {
        Some(member) => format!("{} {}", member.handle, member.account.last_login.is_some()),
        None => "nobody".to_owned(),
    })
}

async fn who(request: Request) -> Result<rjango_http::Response> {
    rjango_http::shortcuts::render(&request, "who.html", context! {})
}

async fn wrong(request: Request) -> Result<String> {
    Ok(request.user_as::<User>().await?.map(|user| user.username).unwrap_or_default())
}

async fn ada() -> Result<Member> {
    let ada = Member { handle: "ada".into(), full_name: "Ada Lovelace".into(), ..Member::default() };
    ada.create_with_password(Some("a long enough secret")).await
}

#[tokio::test]
async fn passwords_are_those_of_every_user() {
    site()
        .await
        .scope(async {
            let mut ada = ada().await?;
            assert!(ada.has_usable_password() && ada.check_password("a long enough secret").await?);
            assert!(!ada.check_password("another").await?);
            ada.change_password("another long secret").await?;
            let stored = Member::by_username("ada").await?.unwrap();
            assert_eq!(stored.account.password, ada.account.password);
            assert!(authenticate("ada", "a long enough secret").await?.is_none());
            let found: Member = authenticate("ada", "another long secret").await?.unwrap().typed()?;
            assert_eq!(found.id, ada.id);
            ada.set_unusable_password().await?;
            assert!(!ada.has_usable_password());
            // Only `save` stores it.
            assert!(authenticate("ada", "another long secret").await?.is_some());
            Member::objects().update(rjango_macros::set!(is_active = false)).await?;
            assert!(authenticate("ada", "another long secret").await?.is_none());
            // Neither JSON nor a log has the hash.
            let json = serde_json::to_value(&stored).unwrap();
            assert!(json.get("password").is_none() && json["handle"] == "ada", "{json}");
            assert!(!format!("{stored:?} {:?}", stored.as_user()).contains("pbkdf2"));
            Ok::<_, rjango_core::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_request_has_the_projects_own_type() {
    let site = site().await;
    let ada = Arc::clone(&site).scope(ada()).await.unwrap();
    let mut client = Client::new(site).unwrap();
    assert_eq!(client.get("/me/").await.text(), "nobody");
    assert_eq!(client.get("/enter/ada/").await.text(), "ada");
    assert_eq!(client.get("/me/").await.text(), "ada true");
    assert_eq!(client.get("/who/").await.text(), "ada|ada|ada|Ada Lovelace||0");
    assert_eq!(client.get("/wrong/").await.status().as_u16(), 500);
    // The session keeps the key as Django's does.
    client.clear_cookies();
    rjango_contrib::auth::ClientLogin::force_login(&mut client, &ada).await.unwrap();
    assert_eq!(client.get("/me/").await.text(), "ada true");
}

#[tokio::test]
async fn permissions_come_by_whatever_names_the_ways_back_have() {
    site()
        .await
        .scope(async {
            let ada = ada().await?;
            rjango_contrib::auth::create_permissions(models().iter().map(|meta| &*meta.schema)).await?;
            let view = Permission::objects().get(q!(codename = "view_visit")).await?;
            let add = Permission::objects().get(q!(codename = "add_visit")).await?;
            ada.rights.user_permissions.add([&view]).await?;
            let group = Group::objects().create(Group { name: "guides".into(), ..Group::default() }).await?;
            group.permissions.add([&add]).await?;
            ada.rights.groups.add([&group]).await?;
            let held: Vec<String> = all_permissions(&ada).await?.into_iter().collect();
            assert_eq!(held, ["own_user.add_visit", "own_user.view_visit"]);
            let user = CurrentUser::from(&ada);
            assert!(user.has_perm("own_user.add_visit").await? && !user.has_perm("own_user.delete_visit").await?);
            // Nobody is staff where the model has no such field.
            assert!(user.is_active() && !user.is_staff() && !user.is_superuser());
            Ok::<_, rjango_core::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_key_of_a_user_leads_to_whatever_model_the_settings_name() {
    site()
        .await
        .scope(async {
            let ada = ada().await?;
            let visit = Visit { user: UserKey::to(&ada), place: "Rome".into(), ..Visit::default() };
            let visit = Visit::objects().create(visit).await?;
            assert_eq!((visit.user.value(), &visit.guide), (&Value::Uuid(ada.id), &None));
            let found = Visit::objects().get(q!(user = &visit.user, guide__isnull = true)).await?;
            assert_eq!(found.user, UserKey::from(&ada.as_user()));
            let keys: Vec<UserKey> = Visit::objects().values_list(f!(user)).await?;
            assert_eq!(keys, [UserKey::new(Value::Uuid(ada.id))]);
            assert_eq!(serde_json::to_value(&visit).unwrap()["user"], ada.id.to_string());
            // By name it is a relation like any other.
            let row = users::by_username("ada").await?.unwrap();
            assert_eq!(row.instance().many("visits")?.objects().count().await?, 1);
            // An unsaved user is not NULL.
            assert!(Visit::objects().filter(q!(user = UserKey::default())).count().await.is_err());
            assert!(Visit::objects().create(Visit { place: "Rome".into(), ..Visit::default() }).await.is_err());
            row.typed::<Member>()?;
            Member::objects().delete().await?;
            assert_eq!(Visit::objects().count().await?, 0, "on_delete is cascade");
            Ok::<_, rjango_core::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn what_the_site_does_not_have_is_named() {
    let site = site().await;
    let error = Arc::clone(&site).scope(User::objects().count().into_future()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`auth.User` is not a model of this site: AUTH_USER_MODEL names `own_user.Member` in its place"
    );
    let installed = |app: &str| ["auth", "contenttypes", "own_user"].contains(&app);
    let error = |users: &str| Models::from_inventory_with_users(installed, users).unwrap_err();
    assert_eq!(error("own_user.Membr").to_string(), "AUTH_USER_MODEL names `own_user.Membr`, which is not a model");
    assert_eq!(error("own_user.Membr").hint(), Some("did you mean `own_user.Member`?"));
    assert_eq!(
        error("own_user.Visit").to_string(),
        "AUTH_USER_MODEL names `own_user.Visit`, which is not a model of users"
    );
    let user: AnyUser = Arc::clone(&site).scope(ada()).await.unwrap().as_user();
    assert_eq!(
        user.typed::<User>().unwrap_err().to_string(),
        "the code asks for a user of the model `auth.User`, and AUTH_USER_MODEL names `own_user.Member`"
    );
    assert_eq!(user.attributes().iter().map(|attribute| attribute.name).collect::<Vec<_>>(), ["handle", "full_name"]);
}
