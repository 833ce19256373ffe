//! The least a server built on axum can do: a route that answers with bytes it already has, and one that reads JSON and
//! writes JSON.

use axum::{
    Json, Router,
    body::Bytes,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::{get, post},
    serve::ListenerExt,
};
use serde_json::Value;
use std::{error::Error, fs, hint::black_box, io::Write, sync::Arc};
use tokio::{net::TcpListener, runtime};

pub fn run(pages: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut router = Router::new();
    for page in pages.chunks(3) {
        let &[path, file, kind] = page else { return Err("a page is PATH FILE CONTENT-TYPE".into()) };
        let (body, kind) = (Bytes::from(fs::read(file)?), HeaderValue::from_str(kind)?);
        router = router.route(path, get(|| async move { ([(header::CONTENT_TYPE, kind)], body) }));
    }
    serve(router)
}

/// `POST /`: whatever JSON is asked is read whole, and the file's is written.
pub fn echo(file: &str) -> Result<(), Box<dyn Error>> {
    let answer: Arc<Value> = Arc::new(serde_json::from_slice(&fs::read(file)?)?);
    let handler = move |Json(asked): Json<Value>| {
        let answer = answer.clone();
        async move {
            black_box(asked);
            Json(&*answer).into_response()
        }
    };
    serve(Router::new().route("/", post(handler)))
}

fn serve(router: Router) -> Result<(), Box<dyn Error>> {
    // As many threads as porten has: tokio's own choice in both.
    runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "{}", listener.local_addr()?.port())?;
        let listener = listener.tap_io(|stream| {
            let _unsupported = stream.set_nodelay(true);
        });
        axum::serve(listener, router).await?;
        Ok(())
    })
}
