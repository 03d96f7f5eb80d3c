//! What somebody who is limited to some servers is not told of the others. That a name or an address is taken has to be
//! said; by whom has not.

use drover_types::error::FieldProblems;
use drover_types::text::Problem;

use super::service::Servers;
use crate::context::Actor;
use crate::error::Error;

impl Servers {
    /// Leaves out who has an address, where the actor does not reach a server of that name.
    pub(super) fn conceal(&self, actor: &Actor, problems: &mut FieldProblems) {
        let reach = actor.grants.reach();
        if reach.is_everything() {
            return;
        }
        let picture = self.0.inventory.within(reach);
        for problem in problems.values_mut() {
            if let Problem::AddressTaken { by, .. } = problem
                && !picture.guests.iter().any(|row| row.name == *by)
            {
                by.clear();
            }
        }
    }

    /// The same for a refusal.
    pub(super) fn concealed(&self, actor: &Actor, error: Error) -> Error {
        match error {
            Error::Invalid(mut problems) => {
                self.conceal(actor, &mut problems);
                Error::Invalid(problems)
            }
            error => error,
        }
    }
}
