//! Carries what any replica tells through PostgreSQL onto this process's bus.

use std::convert::Infallible;
use std::io::{Error as IoError, ErrorKind};
use std::pin::pin;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgNotification, PgPoolOptions};
use sqlx::{Executor, PgPool};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::hub::Events;
use crate::store::Db;

/// How long to wait before listening again after the connection broke.
const PAUSE: Duration = Duration::from_secs(1);
/// How long nothing may be told before the connection is asked whether it lives: one whose other end is gone
/// without a word looks just as quiet.
const QUIET: Duration = Duration::from_millis(500);
/// How long an answer may take before changes count as missed. Together with [`QUIET`] it is how long a change
/// may go unheard unnoticed.
const DOUBT: Duration = Duration::from_millis(500);
/// How much longer to wait for an answer before the connection counts as broken.
const GIVE_UP: Duration = Duration::from_secs(4);
/// How many changes are read at once after the connection broke.
const CATCH_UP: i64 = 1024;
/// What the listening connection is called in PostgreSQL's `pg_stat_activity`.
const NAME: &str = "drover listener";

impl Events {
    /// Listens to other replicas until `stop`. Returns at once on SQLite, where nobody else writes.
    pub async fn listen(&self, stop: CancellationToken) {
        let Db::Postgres(pool) = &self.db else { return };
        let _: Option<()> = stop.run_until_cancelled(self.keep_listening(pool)).await;
        self.set_hearing(false);
    }

    async fn keep_listening(&self, pool: &PgPool) {
        let mut last = None;
        loop {
            let Err(error) = self.relay(pool, &mut last).await;
            self.set_hearing(false);
            tracing::warn!(%error, "lost the connection that listens to other replicas");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Relays until the connection breaks. What was told while nobody listened is read from the table first;
    /// that some comes twice does no harm, as whoever listens reads the row that is named.
    async fn relay(&self, pool: &PgPool, last: &mut Option<i64>) -> Result<Infallible, sqlx::Error> {
        let mut listener = self.answer(Box::pin(connect(pool))).await?;
        self.catch_up(last).await?;
        loop {
            // Asking whether the connection lives reads what was told before the answer.
            while let Some(told) = listener.next_buffered() {
                self.pass_on(&told, last).await?;
            }
            self.set_hearing(true);
            if let Ok(told) = timeout(QUIET, listener.try_recv()).await {
                let told = told?.ok_or_else(|| IoError::from(ErrorKind::ConnectionAborted))?;
                self.pass_on(&told, last).await?;
            } else {
                self.answer(listener.fetch_one("SELECT 1")).await?;
            }
        }
    }

    /// Tells what came after `last`, however much it is: who can't follow is told that it lags.
    async fn catch_up(&self, last: &mut Option<i64>) -> Result<(), sqlx::Error> {
        let Some(mut read) = *last else {
            *last = Some(self.answer(self.latest()).await?.unwrap_or(0));
            return Ok(());
        };
        let mut told = None;
        loop {
            let missed = self.answer(self.since(read, CATCH_UP)).await?;
            let newest = missed.iter().filter_map(|signal| signal.id).max();
            // A page begins before the end of the one before.
            for signal in missed.into_iter().filter(|signal| signal.id > told) {
                let _ = self.bus.send(signal);
            }
            told = told.max(newest);
            match newest {
                Some(newest) if newest > read => read = newest,
                _ => return Ok(()),
            }
            *last = Some(read);
        }
    }

    async fn pass_on(&self, told: &PgNotification, last: &mut Option<i64>) -> Result<(), sqlx::Error> {
        let Ok(id) = told.payload().parse::<i64>() else {
            return Ok(());
        };
        if let Some(signal) = self.answer(self.one(id)).await? {
            let _ = self.bus.send(signal);
        }
        *last = (*last).max(Some(id));
        Ok(())
    }

    /// Waits for what was asked of the database; from [`DOUBT`] on nothing counts as heard.
    async fn answer<T>(&self, asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        let mut asked = pin!(asked);
        if let Ok(answer) = timeout(DOUBT, &mut asked).await {
            return answer;
        }
        self.set_hearing(false);
        timeout(GIVE_UP, asked)
            .await
            .unwrap_or_else(|_| Err(IoError::from(ErrorKind::TimedOut).into()))
    }
}

/// A listener beside the pool, which a connection without an other end would take a place of until TCP gives up.
async fn connect(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let options = (*pool.connect_options()).clone().application_name(NAME);
    let own = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let mut listener = PgListener::connect_with(&own).await?;
    // It would do so before saying that changes were missed.
    listener.eager_reconnect(false);
    listener.listen("drover").await?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
    use tokio::io::copy_bidirectional;
    use tokio::net::{TcpStream, UnixListener, UnixStream};
    use tokio::task::JoinSet;
    use tokio::time::timeout;
    use tokio_util::sync::CancellationToken;

    use crate::clock::Clock;
    use crate::events::{Change, Events};
    use crate::store::Db;
    use crate::store::testing::databases;

    /// No answer takes that long, be the machine ever so busy.
    const LONG: Duration = Duration::from_mins(1);

    impl Events {
        /// Waits until everything is heard, in another stretch than `past`.
        pub(crate) async fn heard_again(&self, past: Option<u64>) -> Option<u64> {
            let mut turns = self.hearing.subscribe();
            let heard = turns.wait_for(|&turns| turns % 2 == 1 && Some(turns) != past);
            Some(*timeout(LONG, heard).await.expect("it hears").unwrap())
        }
    }

    /// A way to the database that holds what is sent on connections from before `cut`, and never says so.
    async fn way(listener: UnixListener, server: &PgConnectOptions, cut: &CancellationToken) {
        let mut connections = JoinSet::new();
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let (server, cut) = (server.clone(), cut.clone());
            connections.spawn(async move {
                let cut = if cut.is_cancelled() {
                    CancellationToken::new()
                } else {
                    cut
                };
                let passed = async {
                    if let Some(folder) = server.get_socket() {
                        let path = folder.join(format!(".s.PGSQL.{}", server.get_port()));
                        let mut far = UnixStream::connect(path).await.unwrap();
                        copy_bidirectional(&mut near, &mut far).await
                    } else {
                        let address = (server.get_host(), server.get_port());
                        let mut far = TcpStream::connect(address).await.unwrap();
                        copy_bidirectional(&mut near, &mut far).await
                    }
                };
                if cut.run_until_cancelled(passed).await.is_none() {
                    std::future::pending::<()>().await;
                }
            });
        }
    }

    #[tokio::test]
    async fn a_connection_that_went_silent_is_noticed_and_replaced() {
        for test in &databases().await {
            let Db::Postgres(pool) = &test.db else { continue };
            let server = pool.connect_options();
            let folder = tempfile::tempdir().unwrap();
            let socket = folder.path().join(format!(".s.PGSQL.{}", server.get_port()));
            let (cut, stop) = (CancellationToken::new(), CancellationToken::new());
            let way = way(UnixListener::bind(socket).unwrap(), &server, &cut);
            let options = (*server).clone().socket(folder.path());
            let far = Db::Postgres(PgPoolOptions::new().connect_lazy_with(options));
            let here = Events::new(test.db.clone(), Clock::system());
            let there = Events::new(far, Clock::system());
            let story = async {
                let before = there.heard_again(None).await;
                let mut told = there.subscribe();
                let mut turns = there.hearing.subscribe();
                cut.cancel();
                // What `wait_for` gives back holds the lock.
                let deaf = turns.wait_for(|turns| turns % 2 == 0);
                let noticed = timeout(Duration::from_secs(5), deaf).await.is_ok();
                assert!(noticed, "it believes that it hears");
                let change = Change::Notification { id: 3, user: Some(7) };
                let mut write = here.begin().await.unwrap();
                write.changed(change);
                write.commit().await.unwrap();
                there.heard_again(before).await;
                assert_eq!(told.try_recv().unwrap().change, change, "it was told before");
                stop.cancel();
            };
            tokio::select! {
                ((), ()) = async { tokio::join!(there.listen(stop.clone()), story) } => {}
                () = way => {}
            }
            assert!(!there.hears_all());
        }
    }

    #[tokio::test]
    async fn what_was_missed_is_told_to_the_end() {
        for test in &databases().await {
            let here = Events::new(test.db.clone(), Clock::system());
            let there = Events::new(test.db.clone(), Clock::system());
            let mut write = here.begin().await.unwrap();
            for id in 1..=2_500 {
                write.changed(Change::Notification { id, user: Some(7) });
            }
            write.commit().await.unwrap();
            let mut told = there.subscribe();
            let mut last = Some(0);
            there.catch_up(&mut last).await.unwrap();
            assert_eq!(last, here.latest().await.unwrap(), "{}", test.name);
            // Nobody read meanwhile: that is said, and what is left goes to the end.
            assert!(told.try_recv().is_err(), "{}", test.name);
            let mut newest = None;
            while let Ok(signal) = told.try_recv() {
                assert!(signal.id > newest, "{}: told twice", test.name);
                newest = signal.id;
            }
            assert_eq!(newest, last, "{}", test.name);
        }
    }

    /// Two processes on one database where it can be shared, one process where it can't.
    #[tokio::test]
    async fn a_change_reaches_whoever_listens_once_it_is_committed() {
        for test in &databases().await {
            let here = Events::new(test.db.clone(), Clock::system());
            let there = if test.db.is_shared() {
                Events::new(test.db.clone(), Clock::system())
            } else {
                here.clone()
            };
            let stop = CancellationToken::new();
            let running = async { tokio::join!(here.listen(stop.clone()), there.listen(stop.clone())) };
            let story = async {
                let mut told = [here.subscribe(), there.subscribe()];
                let change = Change::Notification { id: 3, user: Some(7) };
                let mut id = None;
                // Until both listen, what is told may pass them by.
                for receiver in &mut told {
                    let told = loop {
                        let mut write = here.begin().await.unwrap();
                        write.changed(change);
                        write.commit().await.unwrap();
                        let wait = Duration::from_millis(200);
                        if let Ok(signal) = tokio::time::timeout(wait, receiver.recv()).await {
                            break signal.unwrap();
                        }
                    };
                    assert_eq!(told.change, change, "{}", test.name);
                    id = id.max(told.id);
                }
                assert!(id.is_some(), "{}", test.name);
                let mut write = here.begin().await.unwrap();
                write.changed(Change::NotificationsRead { user: 7 });
                drop(write);
                let latest = here.latest().await.unwrap();
                assert!(latest >= id, "{}", test.name);
                assert_eq!(here.oldest().await.unwrap(), Some(1), "{}", test.name);
                let since = here.since(0, 100).await.unwrap();
                assert!(
                    since.iter().all(|signal| signal.change == change),
                    "{}",
                    test.name
                );
                stop.cancel();
            };
            tokio::join!(running, story);
        }
    }
}
