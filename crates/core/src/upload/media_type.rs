//! The MIME type of a file whose browser does not know it.

/// File name extensions and their types, for which browsers often report none.
const KNOWN: &str = "\
    .3gp video/3gpp .avi video/x-msvideo .flv video/x-flv .m2ts video/mp2t .m4v video/mp4 \
    .mkv video/x-matroska .mov video/quicktime .mp4 video/mp4 .mpeg video/mpeg .mpg video/mpeg \
    .mts video/mp2t .mxf video/mxf .ogv video/ogg .webm video/webm .wmv video/x-ms-wmv \
    .avif image/avif .heic image/heic .heif image/heif .jxl image/jxl .webp image/webp \
    .flac audio/flac .m4a audio/mp4 .mka audio/x-matroska .opus audio/ogg \
    .md text/markdown .srt application/x-subrip .vtt text/vtt";

/// The browser's type, or the one of the file name's extension if the browser knows none.
pub(super) fn of<'a>(name: &str, media_type: &'a str) -> &'a str {
    if !is_unknown(media_type) {
        return media_type;
    }
    let mut known = KNOWN.split(' ');
    while let (Some(extension), Some(known)) = (known.next(), known.next()) {
        let start = name.len().saturating_sub(extension.len());
        if name
            .get(start..)
            .is_some_and(|end| end.eq_ignore_ascii_case(extension))
        {
            return known;
        }
    }
    media_type
}

fn is_unknown(media_type: &str) -> bool {
    let generic = ["", "application/octet-stream", "binary/octet-stream"];
    generic
        .iter()
        .any(|it| it.eq_ignore_ascii_case(media_type.trim()))
}

/// Whether a file is a video, by its MIME type, or else by its name.
pub fn is_video(name: &str, media_type: &str) -> bool {
    let start = of(name, media_type).get(..6);
    start.is_some_and(|start| start.eq_ignore_ascii_case("video/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_counts_if_browser_knows_no_type() {
        for (name, media_type) in [
            ("talk.mkv", ""),
            ("TALK.MOV", "application/octet-stream"),
            ("a", "VIDEO/mp4"),
        ] {
            assert!(is_video(name, media_type), "{name}");
        }
        for (name, media_type) in [
            ("talk.mkv", "text/plain"),
            ("mkv", ""),
            ("talk.mkv.zip", ""),
            ("ß.é", ""),
        ] {
            assert!(!is_video(name, media_type), "{name}");
        }
        assert_eq!(of("a.heic", ""), "image/heic");
    }
}
