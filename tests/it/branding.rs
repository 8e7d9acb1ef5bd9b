//! Brands: colours, names, logos (T43, T44).

use crate::support::{Actor, Answer, TestApp};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Cursor;

const LOGO: &str = "/api/v1/branding/logo";

/// A picture of so many pixels.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbaImage::from_fn(width, height, |x, y| Rgba([x as u8, y as u8, 128, 255]));
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgba8(pixels);
    match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.into_rgb8()).write_to(&mut bytes, format),
        _ => picture.write_to(&mut bytes, format),
    }
    .unwrap();
    bytes.into_inner()
}

async fn upload(owner: &Actor, kind: &str, bytes: Vec<u8>) -> Answer {
    owner.send_bytes(Method::PUT, LOGO, kind, bytes).await
}

#[tokio::test]
async fn a_brand_reaches_portals_and_where_it_is_wanted_shared_dashboards() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let plain = owner.get("/api/v1/branding").await.expect_status(200).json();
    assert_eq!(plain["company_name"], Value::Null);
    let token = owner.add_portal(&site_id).await;
    let link = owner.add_link(&site_id, "Client").await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());

    let given = json!({"company_name": "  Agency AG ", "accent": "#FFD400", "hide_footer": true});
    let set = owner.put("/api/v1/branding", given).await.expect_status(200).json();
    assert_eq!(
        (&set["company_name"], &set["accent"]),
        (&json!("Agency AG"), &json!("#ffd400"))
    );
    assert_eq!(
        set["colours"]["dark"],
        json!({"accent": "#ffd400", "on_accent": "#111111"})
    );
    let portal = app.anonymous().get(&format!("/api/v1/portal/{token}")).await.json();
    let expected =
        json!({"company_name": "Agency AG", "logo_url": null, "colours": set["colours"], "hide_footer": true});
    assert_eq!(portal["brand"], expected);
    let path = "/api/v1/share/a.example/brand";
    let none = json!({"company_name": null, "logo_url": null, "colours": null, "hide_footer": false});
    assert_eq!(recipient.get(path).await.expect_status(200).json(), none);
    let wanted = json!({"company_name": "Agency AG", "on_share_links": true});
    owner.put("/api/v1/branding", wanted).await.expect_status(200);
    assert_eq!(recipient.get(path).await.json()["company_name"], "Agency AG");
    // A protected link tells nothing before it is unlocked.
    let protected = owner
        .add_link_with(&site_id, json!({"name": "Locked", "password": "open sesame 12"}))
        .await;
    let locked = app
        .anonymous()
        .with_token(protected["token"].as_str().unwrap())
        .get(path)
        .await;
    locked.expect_status(401).expect_problem("password_required");
    // Another account's brand is its own.
    let (other, _) = app.owner_of("b.example").await;
    assert_eq!(other.get("/api/v1/branding").await.json()["company_name"], Value::Null);
    let key = owner.add_key(&["links:read", "links:write"], Some(&site_id)).await;
    app.anonymous()
        .with_key(&key)
        .get("/api/v1/branding")
        .await
        .expect_status(403);
}

#[tokio::test]
async fn t44_what_is_no_colour_is_refused() {
    let app = TestApp::start().await;
    let (owner, _) = app.owner_of("a.example").await;
    for accent in [
        "red;}body{background:url(//x)",
        "url(//x)",
        "#fff</style><script>",
        "var(--x)",
        "expression(alert(1))",
        "#12345g",
        "#12345678",
        "#fff",
        "red",
        "",
    ] {
        let answer = owner.put("/api/v1/branding", json!({"accent": accent})).await;
        answer.expect_status(422).expect_pointers(&["/accent"]);
    }
    for name in ["", "  ", "a\u{0}b", &"x".repeat(61)] {
        let answer = owner.put("/api/v1/branding", json!({"company_name": name})).await;
        answer.expect_status(422).expect_pointers(&["/company_name"]);
    }
    assert_eq!(owner.get("/api/v1/branding").await.json()["accent"], Value::Null);
}

#[tokio::test]
async fn a_logo_is_drawn_anew_and_served_as_a_picture() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let kinds = [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::WebP, "image/webp"),
    ];
    for (format, kind) in kinds {
        let set = upload(&owner, kind, picture(1200, 300, format))
            .await
            .expect_status(200)
            .json();
        let url = set["logo_url"].as_str().unwrap();
        let served = app.anonymous().get(url).await.expect_status(200);
        let drawn = image::load_from_memory_with_format(&served.body, ImageFormat::Png).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (480, 120), "{kind}");
        for (name, value) in [
            ("content-type", "image/png"),
            ("cache-control", "public, max-age=300"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("content-disposition", "inline; filename=\"logo.png\""),
            ("cross-origin-resource-policy", "cross-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(served.header(name), Some(value), "{name}");
        }
    }
    let token = owner.add_portal(&site_id).await;
    let portal = app.anonymous().get(&format!("/api/v1/portal/{token}")).await.json();
    let url = portal["brand"]["logo_url"].as_str().unwrap().to_owned();
    // The rest of the brand is set without it, and it without the rest.
    owner
        .put("/api/v1/branding", json!({"company_name": "Agency"}))
        .await
        .expect_status(200);
    assert_eq!(owner.get("/api/v1/branding").await.json()["logo_url"], url);
    owner.delete(LOGO).await.expect_status(204);
    owner.delete(LOGO).await.expect_status(404);
    app.anonymous().get(&url).await.expect_status(404);
    assert_eq!(owner.get("/api/v1/branding").await.json()["company_name"], "Agency");
}

#[tokio::test]
async fn t43_a_logo_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let (owner, _) = app.owner_of("a.example").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>".to_vec();
    let bomb =
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><svg>&b;</svg>".to_vec();
    let gif = b"GIF89a/*\x01\x00*/=1;alert(1)//".to_vec();
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    for bytes in [svg.clone(), bomb, gif, html, Vec::new()] {
        let answer = upload(&owner, "image/png", bytes).await;
        answer.expect_status(415).expect_problem("unsupported_media_type");
    }
    for kind in ["image/svg+xml", "image/gif", "text/html", ""] {
        upload(&owner, kind, svg.clone()).await.expect_status(415);
    }
    let png = picture(64, 64, ImageFormat::Png);
    let cut = png[..png.len() / 2].to_vec();
    upload(&owner, "image/png", cut).await.expect_status(422);
    upload(&owner, "image/png", huge(&png)).await.expect_status(422);
    upload(&owner, "image/png", picture(2049, 8, ImageFormat::Png))
        .await
        .expect_status(422);
    upload(&owner, "image/png", vec![0; 6 * 1024 * 1024])
        .await
        .expect_status(413);
    assert_eq!(owner.get("/api/v1/branding").await.json()["logo_url"], Value::Null);

    // What stands behind the picture is not kept.
    let mut polyglot = png.clone();
    polyglot.extend_from_slice(b"<script>alert(1)</script>");
    let set = upload(&owner, "image/png", polyglot).await.expect_status(200).json();
    let served = app
        .anonymous()
        .get(set["logo_url"].as_str().unwrap())
        .await
        .expect_status(200);
    assert!(!served.text().contains("script"));
    for file in [
        "",
        "x.png",
        "..%2fvitrine.sqlite",
        &format!("{}.png", "0".repeat(64)),
        &format!("{}.svg", "0".repeat(64)),
    ] {
        app.anonymous().get(&format!("/logos/{file}")).await.expect_status(404);
    }
}

/// The picture with a head that says 30,000 by 30,000 pixels.
fn huge(png: &[u8]) -> Vec<u8> {
    let mut bytes = png.to_vec();
    bytes[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    bytes
}
