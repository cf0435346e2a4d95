//! Servers of another kind than the driver takes them for.

use crate::connect;
use aludel_core::ErrorKind;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// Who speaks first in a protocol.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum FirstWord {
    Clients,
    Servers,
}

/// Each server that answers like this, and one that says nothing, is an error of kind `Connection` without the password.
pub(crate) async fn are_told(scheme: &str, first: FirstWord, answers: &[&'static [u8]]) {
    for &answer in answers {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            if first == FirstWord::Clients {
                let _ = stream.read(&mut [0; 8]).await;
            }
            let _ = stream.write_all(answer).await;
        });
        let url = format!("{scheme}://ann:secret@127.0.0.1:{port}/x?connect_timeout=1s");
        let error = connect(&url).await.expect_err("another server");
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert!(!format!("{error:?}").contains("secret"));
        server.await.expect("no panic");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = format!("{scheme}://ann@127.0.0.1:{port}/x?connect_timeout=100ms");
    let error = connect(&url).await.expect_err("silence");
    assert!(error.kind() == ErrorKind::Connection && error.message().contains("connect_timeout"), "{error}");
}
