//! Room that stays: once taken it is kept while only a little less is needed, so that what stands
//! beside a figure does not move from beat to beat.

use egui::{Context, Id};

/// The room to take under this name (points) where so much is needed now: as much as before, unless
/// more is needed, or less by more than `slack`.
pub fn room(ctx: &Context, id: Id, needed: f32, slack: f32) -> f32 {
    ctx.data_mut(|data| {
        let kept = data.get_temp_mut_or(id, needed);
        if needed > *kept || needed < *kept - slack {
            *kept = needed;
        }
        *kept
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_kept_while_little_less_is_needed() {
        let ctx = Context::default();
        let needed = [40.0, 48.0, 30.0, 47.0, 20.0, 25.0];
        let taken = needed.map(|needed| room(&ctx, Id::new("figure"), needed, 20.0));
        assert_eq!(taken, [40.0, 48.0, 48.0, 48.0, 20.0, 25.0]);
        assert_eq!(room(&ctx, Id::new("another"), 5.0, 20.0), 5.0);
    }
}
