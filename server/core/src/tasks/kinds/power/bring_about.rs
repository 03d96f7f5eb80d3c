//! Asks for something until the guest is so, however often it was cut off.

use drover_types::text::{Problem, Progress};

use super::target::Target;
use super::verb::Verb;
use crate::tasks::call::{Ended, Patience};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::task_failed;
use crate::tasks::kinds::locked::locked;
use crate::tasks::step::StepError;

/// The one call of a power action.
pub(super) const CALL: &str = "power";
/// How often it is asked for, beside the times when something else held the guest.
const ROUNDS: i32 = 3;

/// Asks for `verb` until the guest is as it wants it.
pub(in crate::tasks::kinds) async fn bring_about(
    cx: &mut StepContext,
    target: &Target<'_>,
    verb: Verb,
) -> Result<(), StepError> {
    let cluster = target.cluster;
    let mut patience = Patience::default();
    let mut ended = cx.settle(cluster, CALL).await?;
    let fresh = ended.is_none();
    let (mut asked, mut counted) = (0_u32, 0_i32);
    loop {
        match ended.take() {
            Some(Ended::Done) if !verb.shows() => return Ok(()),
            Some(Ended::Lost) if !verb.shows() => {
                let kind = verb.task(target.kind).to_owned();
                return Err(StepError::failed(Problem::ProxmoxTaskLost { kind }));
            }
            Some(Ended::Unanswered(at)) => {
                if let Some(upid) = target.found(cx, verb, at).await? {
                    cx.adopt(CALL, &upid).await?;
                    ended = Some(cx.follow(cluster, CALL, &upid).await?);
                    continue;
                }
            }
            Some(Ended::Failed(reason)) => {
                if let Some(error) = locked(&reason) {
                    cx.bide(cluster, &mut patience, &error).await?;
                    counted -= 1;
                } else if !target.is_done(cx, verb).await? {
                    return Err(task_failed(verb.task(target.kind), reason));
                }
            }
            Some(Ended::Refused(error)) if !target.is_done(cx, verb).await? => {
                return Err(StepError::proxmox(&cluster.name, &error));
            }
            // High availability does it later than it says.
            Some(Ended::Done) if cx.kind_of(CALL).starts_with("ha") => target.wait(cx, verb).await?,
            _ => {}
        }
        if target.is_done(cx, verb).await? {
            return if fresh && asked == 0 {
                cx.log(Progress::AlreadySo).await
            } else {
                Ok(())
            };
        }
        if counted >= ROUNDS {
            return Err(StepError::failed(Problem::ReadBackDiffers {
                field: "status".to_owned(),
            }));
        }
        ended = Some(target.send(cx, verb).await?);
        asked += 1;
        counted += 1;
    }
}
