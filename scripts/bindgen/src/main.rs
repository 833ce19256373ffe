//! Binds the client's WebAssembly to the browser: writes `porten.js` and `porten_bg.wasm`.
//! usage: bindgen debug|release <client.wasm> <folder>

use std::{env, error::Error};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: bindgen debug|release <client.wasm> <folder>");
    let (kind, client, folder) = (next()?, next()?, next()?);
    // The names of functions are for whoever looks for a fault.
    let bare = kind == "release";
    Bindgen::new()
        .input_path(client)
        .out_name("porten")
        .typescript(false)
        .remove_name_section(bare)
        .remove_producers_section(bare)
        .web(true)?
        .generate(folder)?;
    Ok(())
}
