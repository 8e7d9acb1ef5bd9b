//! A logo: any PNG, JPEG or WebP within bounds in, a small PNG of our own making out (T43).
//!
//! What comes out has been drawn from pixels alone, so that no script, no second file behind the picture and no colour profile gets
//! through. Of an animation the first picture is taken.

use crate::error::{Error, Result};
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use shared::problem::ProblemCode;
use std::io::Cursor;

/// A logo is at most so many bytes long as it comes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// And has at most so many pixels a side: 2,048 squared in 16 bits a channel is 32 MiB.
const MAX_SIDE: u32 = 2048;
const MAX_ALLOCATED: u64 = 48 * 1024 * 1024;
/// What it is drawn into: twice of what the pages show, for dense screens.
const SIZE: (u32, u32) = (480, 128);

/// The picture as we serve it.
pub fn redraw(bytes: &[u8]) -> Result<Vec<u8>> {
    let format = image::guess_format(bytes).ok();
    let Some(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) = format else {
        return Err(Error::new(ProblemCode::UnsupportedMediaType).detail("A logo is a PNG, JPEG or WebP picture"));
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATED);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| refused(&error))?;
    // What is small enough stays as it is drawn.
    let (width, height) = SIZE;
    let picture = if picture.width() > width || picture.height() > height {
        picture.resize(width, height, FilterType::CatmullRom)
    } else {
        picture
    };
    let mut png = Vec::new();
    DynamicImage::ImageRgba8(picture.into_rgba8())
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .map_err(Error::internal)?;
    Ok(png)
}

fn refused(error: &image::ImageError) -> Error {
    let detail = match error {
        image::ImageError::Limits(_) => format!("At most {MAX_SIDE} by {MAX_SIDE} pixels"),
        _ => "The picture can't be read; it may be cut off".to_owned(),
    };
    Error::field("", "invalid", detail)
}
