//! The folder in which uploads wait must be there.

use super::{Check, CheckContext, CheckMessage};

pub(super) const CHECK: Check = Check::new("core::upload_folder", &["files"], run);

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let Some(folder) = context.settings().file_upload_temp_dir.as_deref().filter(|folder| !folder.is_dir()) else {
        return Vec::new();
    };
    let what = format!("`FILE_UPLOAD_TEMP_DIR` names `{}`, which is not a folder", folder.display());
    vec![CheckMessage::error("files.E001", what).with_hint("make the folder, or leave the setting out")]
}
