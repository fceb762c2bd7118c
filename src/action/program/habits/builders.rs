//! Compilers, generators and converters, where what they write is not the value of an
//! option that the general rule knows.

use super::Words::{Copied, Last, Presumed, Removed, Written};
use super::{Entry, Habits};

const LAST: Habits = Habits::of(Last);
/// `-i` and `-w` don't mean changes in place here.
const BUILDS: Habits = Habits::of(Presumed).in_place("");

pub(super) static HABITS: &[Entry] = &[
    // IN OUT
    (
        "sass scss sassc node-sass lessc convert magick sox ps2pdf pdftotext pdftops pdfunite wkhtmltopdf \
         wkhtmltoimage weasyprint objcopy ssconvert cjpeg tiffcp svgo a2x woff2_compress rst2html rst2html5 rst2man \
         rst2latex rst2xml html2markdown lame msgconvert yaml2json json2yaml qpdf gifsicle-convert fop mogrify-out \
         ebook-convert mksquashfs",
        "",
        LAST.in_place(""),
    ),
    (
        "ffmpeg avconv",
        "",
        LAST.reads("-i")
            .alone()
            .in_place("")
            .flags("-y -n -an -vn -sn -dn -nostdin -hide_banner -shortest -re")
            .texts("-c -c:v -c:a -codec -f -r -b -b:v -b:a -s -t -ss -to -map -vf -af -filter_complex -metadata -loglevel -preset -crf"),
    ),
    ("mogrify", "", Habits::of(Written)),
    (
        "cmake",
        "copy copy_if_different copy_directory rename create_symlink create_hardlink",
        Habits::of(Copied).flags("-E").behind(1),
    ),
    ("cmake", "rm remove remove_directory", Habits::of(Removed).flags("-E -f -r -rf -R").behind(1)),
    ("cmake", "touch make_directory", Habits::of(Written).flags("-E").behind(1)),
    ("cmake", "", BUILDS.flags("-E").reads("-P -C -S")),
    // C and others like it: `-w` is about warnings.
    (
        "cc gcc g++ c++ clang clang++ tcc ld lld gold as nasm yasm gfortran ghc ocamlc ocamlopt dmd gdc ldc2 fpc nim \
         rustc swiftc valac v",
        "",
        BUILDS.writes("-MF -o --emit-path"),
    ),
    ("javac kotlinc scalac javadoc groovyc", "", BUILDS.writes("-d -s -h")),
    ("cargo", "", BUILDS.writes("--target-dir --artifact-dir")),
    // The web: `-w` watches, `-i` is the input.
    (
        "tsc rollup babel swc webpack vite parcel esbuild pug stylus coffee uglifyjs terser csso cleancss elm",
        "",
        BUILDS.writes("-d --dir"),
    ),
    ("tailwindcss", "", BUILDS),
    ("postcss", "", Habits::of(Presumed).in_place("-r --replace").writes("-d --dir")),
    // Configuration languages: `-m` writes many files into a directory.
    ("jsonnet go-jsonnet", "", BUILDS.writes("-m --multi -o -c")),
    ("ytt kapp kbld vendir", "", BUILDS),
    // Generators: `-i` is the input.
    (
        "openapi-generator openapi-generator-cli swagger-codegen swagger-codegen-cli thrift bindgen cbindgen swig",
        "",
        BUILDS.writes("-out"),
    ),
    ("ctags etags gtags cscope", "", BUILDS.writes("-f -o")),
    ("dot neato fdp circo twopi sfdp mmdc plantuml d2", "", BUILDS),
    ("kramdown pandoc asciidoctor asciidoc xsltproc tesseract cwebp dwebp avifenc", "", BUILDS),
    ("openscad blender gs ghostscript latexmk pdflatex xelatex lualatex", "", BUILDS),
];
