//! Content types and permissions, and who has which.

use rjango_contrib::auth::{CurrentUser, Group, Permission, User, UserInstance as _, all_permissions};
use rjango_contrib::contenttypes::ContentType;
use rjango_http::{Client, StatusCode};
use rjango_macros::{f, q, set};

use crate::site::{client, inside, log_in};

async fn joe(client: &Client) -> User {
    inside(client, User::by_username("joe")).await.unwrap()
}

async fn permission(codename: &'static str) -> rjango_core::Result<Permission> {
    Permission::objects().get(q!(codename = codename)).await
}

#[tokio::test]
async fn migrating_makes_djangos_rows() {
    let client = client().await;
    let permissions: Vec<(String, String, String)> =
        inside(&client, async { Permission::objects().values_list(f!(name, codename, content_type__app_label)).await })
            .await;
    // As Django 5.2.19 lists them after `migrate`.
    let expected = [
        ("group", "group", "auth"),
        ("permission", "permission", "auth"),
        ("user", "user", "auth"),
        ("content type", "contenttype", "contenttypes"),
        ("session", "session", "sessions"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .flat_map(|(name, model, app)| {
            ["add", "change", "delete", "view"]
                .map(|action| (format!("Can {action} {name}"), format!("{action}_{model}"), (*app).to_owned()))
        })
        .collect();
    assert_eq!(permissions, expected);
}

#[tokio::test]
async fn content_types_are_found_and_remembered() {
    let client = client().await;
    let (one, again) = inside(&client, async {
        let one = ContentType::get_for_model::<User>().await?;
        ContentType::objects().filter(q!(pk = one.id)).update(set!(app_label = "moved")).await?;
        Ok((one, ContentType::get_for_model::<User>().await?))
    })
    .await;
    assert_eq!((one.app_label.as_str(), one.model.as_str()), ("auth", "user"));
    assert_eq!(again.app_label, "auth", "the second came from the cache");
    assert_eq!(one.to_string(), "auth | user");
}

#[tokio::test]
async fn permissions_come_from_the_user_and_the_groups() {
    let client = client().await;
    let joe = joe(&client).await;
    inside(&client, async {
        assert!(all_permissions(&joe).await?.is_empty());
        let editors = Group::objects().create(Group { name: "editors".into(), ..Group::default() }).await?;
        editors.permissions.add([&permission("change_user").await?]).await?;
        joe.groups.add([&editors]).await?;
        joe.user_permissions.add([&permission("add_user").await?]).await?;
        joe.user_permissions.add([&permission("change_user").await?]).await?;
        let held: Vec<_> = all_permissions(&joe).await?.into_iter().collect();
        assert_eq!(held, ["auth.add_user", "auth.change_user"]);
        let user = CurrentUser::from(&joe);
        assert!(user.has_perm("auth.add_user").await?);
        assert!(!user.has_perm("auth.delete_user").await?);
        assert!(user.has_perms(["auth.add_user", "auth.change_user"]).await?);
        assert!(user.has_module_perms("auth").await? && !user.has_module_perms("shop").await?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_superuser_has_all_and_an_inactive_user_none() {
    let client = client().await;
    let joe = joe(&client).await;
    inside(&client, async {
        let root = CurrentUser::from(&User { is_superuser: true, ..joe.clone() });
        assert!(root.has_perm("anything.at_all").await?);
        assert_eq!(root.permissions().await?.len(), 20);
        let idle = CurrentUser::from(&User { is_superuser: true, is_active: false, ..joe.clone() });
        assert!(!idle.has_perm("auth.add_user").await?);
        assert!(!idle.has_module_perms("auth").await?);
        assert!(!CurrentUser::anonymous().has_perm("auth.add_user").await?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn views_and_templates_ask_for_permissions() {
    let mut client = client().await;
    assert_eq!(client.get("/perms/").await.text(), "False False False");
    log_in(&mut client).await;
    assert_eq!(client.get("/adders/").await.header("location"), Some("/accounts/login/?next=/adders/"));
    assert_eq!(client.get("/adders-or-403/").await.status(), StatusCode::FORBIDDEN);
    let joe = joe(&client).await;
    inside(&client, async { joe.user_permissions.add([&permission("add_user").await?]).await }).await;
    assert_eq!(client.get("/adders/").await.text(), "joe");
    assert_eq!(client.get("/adders-or-403/").await.text(), "joe");
    assert_eq!(client.get("/perms/").await.text(), "True True True");
}
