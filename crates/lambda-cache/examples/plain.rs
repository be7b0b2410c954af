//! The cache in a program outside Lambda: `cargo run --example plain`, with AWS settings in the environment.
#![expect(clippy::print_stdout, reason = "it shows what it has")]

use std::{fs, path::PathBuf, time::Duration};

use lambda_cache::{Cache, Json, Secret, s3, secrets_manager, ssm};
use serde::Deserialize;

/// The parameters of one list, by the last part of their names.
#[derive(Deserialize)]
struct Settings {
    discount: String,
    sizes: Vec<String>,
}

#[derive(Deserialize)]
struct Login {
    user: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The cache that the whole program shares. After the first call, it holds `banner` for a minute.
    let banner: String = ssm::get_entry("/shop/production/banner").await?;
    let again: String = ssm::get_entry("/shop/production/banner").await?;
    let fresh: String = ssm::get_entry("/shop/production/banner").refresh().await?;
    println!("banner: {banner}, {again}, {fresh}");

    let settings: Settings = ssm::get_entry(["/shop/production/discount", "/shop/production/sizes"]).await?;
    println!("settings: {} off sizes {}", settings.discount, settings.sizes.join(" and "));

    // A secret is shown only on request: by `expose`, or as a field of its JSON.
    let secret: Secret<String> = secrets_manager::get_entry("/shop/production/login").await?;
    let login: Json<Login> = secrets_manager::get_entry("/shop/production/login").await?;
    println!("login: {secret:?} of {} bytes, {login:?} of {}", secret.expose().len(), login.user);

    let prices: PathBuf = s3::get_entry("s3://shop-files/models/prices.json").check_before_download(true).await?;
    println!("prices: {}", fs::read_to_string(prices)?);

    // A separate cache, with its own entries and folder.
    let folder = tempfile::tempdir()?;
    let cache = Cache::builder().dir(folder.path()).build();
    let banner: String = cache.ssm().get_entry("/shop/production/banner").max_age(Duration::from_mins(5)).await?;
    let prices: PathBuf = cache.s3().get_entry("s3://shop-files/models/prices.json").entry_name("own.json").await?;
    println!("own cache: {banner}, {}", fs::read_to_string(prices)?);
    Ok(())
}
