//! Waits until the new server answers: its guest agent, or its first address on a TCP port. Never by ping, which
//! says nothing of what runs in it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::net::TcpStream;

use super::holder::{Holder, holder};
use super::input::marker;
use super::plan::Plan;
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest;
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::step::{Step, StepError};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

pub(super) struct Wait(pub Arc<Plan>);

impl Step for Wait {
    fn name(&self) -> StepName {
        StepName::Wait
    }

    fn weight(&self) -> u32 {
        4
    }

    fn keeps(&self) -> bool {
        true
    }

    fn uses(&self, _class: UseClass) -> bool {
        false
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.wait(cx).boxed()
    }
}

impl Wait {
    async fn wait(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let reserved = reserved(cx).await?;
        let (mut node, vmid) = (reserved.node.clone(), reserved.guest.vmid);
        let own = marker(cx.task());
        let limit = cx.settings().answer_limit;
        // Counted from the first try: a restart does not begin anew, but looks at least once.
        let until = cx.started_at() + limit;
        let address = self.0.input.nics.iter().find_map(|nic| nic.address);
        cx.log(Progress::WaitingForGuest).await?;
        // Nothing is changed from here on: others may run meanwhile.
        let _aside = cx.stand_aside();
        loop {
            let found = guest::config(cx, &self.0.cluster, &node, vmid).await?;
            let Some(config) = found.filter(|config| guest::says(config, &own)) else {
                // It runs already and may have been moved.
                match holder(&self.0, cx, &reserved).await? {
                    Holder::Ours { node: other, .. } if other != node => node = other,
                    _ => return Err(StepError::failed(Problem::GuestGone)),
                }
                continue;
            };
            let agent = async {
                let ping = async { self.0.cluster.client.agent_ping(&node, vmid).await.is_ok() };
                config.agent_enabled() && ping.await
            };
            let port = cx.settings().answer_port;
            let both = futures::future::join(agent, answers(address, port));
            let (agent, answered) = cx.unless_stopped(both).await?;
            if agent {
                return cx.log(Progress::GuestAgentAnswered).await;
            }
            if let Some(address) = answered {
                return cx
                    .log(Progress::AddressAnswered {
                        address: address.to_string(),
                    })
                    .await;
            }
            let now = cx.now();
            if now >= until {
                let minutes = u32::try_from(limit.as_millis().div_ceil(60_000)).unwrap_or(u32::MAX);
                return Err(StepError::failed(Problem::NotReachable { minutes }));
            }
            let gone = (now - cx.started_at()).to_std().unwrap_or_default();
            let percent = gone.as_millis() * 100 / limit.as_millis().max(1);
            cx.percent(u8::try_from(percent).unwrap_or(99)).await?;
            cx.pause(cx.settings().proxmox_poll).await?;
        }
    }
}

/// The address, if something accepts a connection there.
async fn answers(address: Option<IpAddr>, port: u16) -> Option<IpAddr> {
    let address = address.filter(|_| port != 0)?;
    let connect = TcpStream::connect(SocketAddr::new(address, port));
    match tokio::time::timeout(CONNECT, connect).await {
        Ok(Ok(_)) => Some(address),
        _ => None,
    }
}
