//! What goes with a deleted row, stays, or stands in the way: each `on_delete`, as Django has it.

use rjango_orm::Engine;

use crate::database::{self, run_on};
use crate::engine;
use crate::prelude::*;

#[derive(Model, Debug, Clone)]
pub struct Artist {
    pub id: Auto,
    #[field(max_length = 50)]
    pub name: String,
}

#[derive(Model, Debug, Clone)]
pub struct Album {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "albums")]
    pub artist: ForeignKey<Artist>,
}

/// Django's own example of `RESTRICT`: a song goes with its artist, and otherwise keeps its album.
#[derive(Model, Debug, Clone)]
pub struct Song {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "songs")]
    pub artist: ForeignKey<Artist>,
    #[field(on_delete = "restrict", related_name = "songs")]
    pub album: ForeignKey<Album>,
}

#[derive(Model, Debug, Clone)]
pub struct Award {
    pub id: Auto,
    #[field(on_delete = "protect")]
    pub song: ForeignKey<Song>,
}

#[derive(Model, Debug, Clone)]
pub struct Fan {
    pub id: Auto,
    #[field(on_delete = "set_null", related_name = "fans")]
    pub artist: Option<ForeignKey<Artist>>,
    #[field(on_delete = "set_default", related_name = "second_fans", default = 1)]
    pub second: ForeignKey<Artist>,
    /// A key that nothing but the database looks after.
    #[field(on_delete = "do_nothing", related_name = "+")]
    pub third: Option<ForeignKey<Artist>>,
}

/// A tree.
#[derive(Model, Debug, Clone)]
pub struct Genre {
    pub id: Auto,
    #[field(on_delete = "cascade", related_name = "children")]
    pub parent: Option<ForeignKey<Genre>>,
}

async fn artist(name: &str) -> Result<Artist> {
    Artist::objects().create(Artist { name: name.into(), ..Default::default() }).await
}

async fn song(artist: &Artist) -> Result<(Album, Song)> {
    let album = Album { artist: ForeignKey::to(artist), ..Default::default() };
    let album = Album::objects().create(album).await?;
    let song = Song { artist: ForeignKey::to(artist), album: ForeignKey::to(&album), ..Default::default() };
    let song = Song::objects().create(song).await?;
    Ok((album, song))
}

#[test]
fn restrict_lets_a_row_go_only_with_what_it_refers_to() {
    database::run(async || {
        let ella = artist("Ella").await?;
        let (album, _) = song(&ella).await?;
        let error = album.delete().await.expect_err("a song is on it");
        assert!(error.is_integrity());
        assert_eq!(error.constraint(), Some("deletion.Song.album"));
        assert_eq!(ella.delete().await?, 3, "artist, album and song");
        // The album of one, the song of another: nothing takes the song along.
        let (ella, nina) = (artist("Ella").await?, artist("Nina").await?);
        let (album, mut song) = song(&ella).await?;
        song.artist = ForeignKey::to(&nina);
        song.save().await?;
        assert!(ella.delete().await.is_err_and(|error| error.is_integrity()));
        assert_eq!(Album::objects().count().await?, 1, "nothing is half deleted");
        assert_eq!(nina.delete().await?, 2);
        assert_eq!(album.delete().await?, 1);
        Ok(())
    });
}

#[test]
fn protect_stands_in_the_way_at_any_depth() {
    database::run(async || {
        let ella = artist("Ella").await?;
        let (_, song) = song(&ella).await?;
        let award = Award { song: ForeignKey::to(&song), ..Default::default() };
        let award = Award::objects().create(award).await?;
        let error = ella.delete().await.expect_err("a song of hers has an award");
        assert_eq!(error.constraint(), Some("deletion.Award.song"));
        assert_eq!((Artist::objects().count().await?, Song::objects().count().await?), (1, 1));
        award.delete().await?;
        assert_eq!(ella.delete().await?, 3);
        Ok(())
    });
}

#[test]
fn rows_that_stay_get_null_or_their_default() {
    database::run(async || {
        let first = artist("Ella").await?;
        let second = artist("Nina").await?;
        let fan = Fan { artist: Some(ForeignKey::to(&second)), second: ForeignKey::to(&second), ..Default::default() };
        let mut fan = Fan::objects().create(fan).await?;
        assert_eq!(second.delete().await?, 1);
        fan.refresh_from_db().await?;
        assert_eq!((fan.artist.clone(), fan.second.pk()), (None, first.id));
        // Without a row for the default, the database refuses.
        assert!(first.delete().await.is_err_and(|error| error.is_integrity()));
        Ok(())
    });
}

#[test]
fn what_nothing_is_done_about_is_the_databases_to_refuse() {
    database::run(async || {
        let (default, third) = (artist("Ella").await?, artist("Nina").await?);
        let fan = Fan { second: ForeignKey::to(&default), third: Some(ForeignKey::to(&third)), ..Default::default() };
        let fan = Fan::objects().create(fan).await?;
        let error = third.delete().await.expect_err("a fan refers to her");
        assert!(error.is_integrity(), "{error:?}");
        fan.delete().await?;
        assert_eq!(third.delete().await?, 1);
        Ok(())
    });
}

#[test]
fn a_tree_goes_whole() {
    database::run(async || {
        let mut parent = Genre::objects().create(Genre::default()).await?;
        let root = parent.clone();
        for _ in 0..5 {
            let child = Genre { parent: Some(ForeignKey::to(&parent)), ..Default::default() };
            parent = Genre::objects().create(child).await?;
        }
        assert_eq!(root.children().count().await?, 1);
        assert_eq!(root.delete().await?, 6);
        Ok(())
    });
}

#[test]
fn rows_that_refer_to_each_other_go_together() {
    run_on(engine::built().filter(|engine| *engine != Engine::MySql), async || {
        let mut one = Genre::objects().create(Genre::default()).await?;
        let two = Genre { parent: Some(ForeignKey::to(&one)), ..Default::default() };
        let two = Genre::objects().create(two).await?;
        one.parent = Some(ForeignKey::to(&two));
        one.save().await?;
        assert_eq!(one.delete().await?, 2);
        Ok(())
    });
}
