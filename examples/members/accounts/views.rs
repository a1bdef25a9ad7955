use rjango::prelude::*;

use super::models::*;

/// Who is logged in, by the project's own type.
pub async fn me(request: Request) -> Result<Response> {
    let Some(user) = request.user_as::<User>().await? else {
        return Ok(json(context! { name => "nobody" }));
    };
    let notes = user.notes().count().await?;
    Ok(json(context! { name => user.full_name, id => user.id.to_string(), notes }))
}
