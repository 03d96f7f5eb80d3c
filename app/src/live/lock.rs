//! The lock that makes one tab of a browser the owner of the stream (Web Locks API).
//!
//! web-sys holds it back behind an unstable flag, so it is called by name.

use js_sys::{Function, Promise, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// The lock's name.
const NAME: &str = "drover-live";

/// A place in the queue for the lock, or the lock itself; dropped, it is given back.
pub(super) struct Claim {
    release: Function,
    _granted: Closure<dyn FnMut(JsValue) -> Promise>,
    abort: web_sys::AbortController,
}

impl Claim {
    /// Waits for the lock and calls `on_granted` with it. `None` where the browser has no locks.
    pub(super) fn make(on_granted: impl FnOnce() + 'static) -> Option<Self> {
        let navigator = leptos::prelude::window().navigator();
        let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
        let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        // The lock is held for as long as this promise is not kept.
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let mut on_granted = Some(on_granted);
        let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_| {
            if let Some(on_granted) = on_granted.take() {
                on_granted();
            }
            held.clone()
        });
        let abort = web_sys::AbortController::new().ok()?;
        let options = js_sys::Object::new();
        Reflect::set(&options, &"signal".into(), &abort.signal()).ok()?;
        let asked = request
            .call3(&locks, &NAME.into(), &options, granted.as_ref())
            .ok()?;
        let asked = JsFuture::from(asked.dyn_into::<Promise>().ok()?);
        spawn_local(async move {
            // Leaving the queue breaks the promise of the request, which is no failure.
            let _ = asked.await;
        });
        Some(Self {
            release: release?,
            _granted: granted,
            abort,
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.abort.abort();
        if let Err(error) = self.release.call0(&JsValue::NULL) {
            leptos::logging::error!("the lock of the live events stays taken: {error:?}");
        }
    }
}
