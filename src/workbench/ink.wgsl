// Paints egui's triangles, in place of bevy_egui's own shader.
//
// Colours come premultiplied and in gamma space, and the target blends linear light. Converting a
// premultiplied colour as it is makes every soft edge too dark: on light ground corners and
// letters get a grey fringe. Here the colour is divided by its alpha, converted, and multiplied
// again. That is done for each corner of a triangle and not for each pixel: across an edge only
// alpha changes, which may be interpolated before or after, and on a processor that stands in for
// a graphics card the powers of a conversion would be most of the cost of a frame.
//
// A texel's alpha covers, and its colour counts where it covers wholly: the atlas of letters is
// white, and pictures have no soft edges. Bindings and entry points are those that bevy_egui asks
// for.

struct Transform {
    scale: vec2<f32>,
    translation: vec2<f32>,
}

struct Corner {
    @location(0) position: vec2<f32>,
    @location(1) uv: vec2<f32>,
    @location(2) colour: vec4<f32>,
}

struct Painted {
    @builtin(position) position: vec4<f32>,
    // Premultiplied, linear.
    @location(0) ink: vec4<f32>,
    @location(1) uv: vec2<f32>,
}

@group(0) @binding(0) var<uniform> transform: Transform;

#ifdef BINDLESS
@group(1) @binding(0) var textures: binding_array<texture_2d<f32>>;
@group(1) @binding(1) var samplers: binding_array<sampler>;

struct Place {
    offset: u32,
}
var<immediate> place: Place;

fn sampled(uv: vec2<f32>) -> vec4<f32> {
    return textureSample(textures[place.offset], samplers[place.offset], uv);
}
#else
@group(1) @binding(0) var one_texture: texture_2d<f32>;
@group(1) @binding(1) var one_sampler: sampler;

fn sampled(uv: vec2<f32>) -> vec4<f32> {
    return textureSample(one_texture, one_sampler, uv);
}
#endif

// IEC 61966-2-1: from the screen's coding to light.
fn light(coded: vec3<f32>) -> vec3<f32> {
    let dim = coded / 12.92;
    let bright = pow((coded + 0.055) / 1.055, vec3<f32>(2.4));
    return select(bright, dim, coded <= vec3<f32>(0.04045));
}

fn ink(colour: vec4<f32>) -> vec4<f32> {
    // Colour without alpha adds light; egui uses it for glows.
    let alpha = select(1.0, colour.a, colour.a > 0.0);
    let plain = light(min(colour.rgb / alpha, vec3<f32>(1.0)));
    return vec4<f32>(plain * alpha, colour.a);
}

@vertex
fn vs_main(in: Corner) -> Painted {
    let at = in.position * transform.scale + transform.translation;
    return Painted(vec4<f32>(at, 0.0, 1.0), ink(in.colour), in.uv);
}

@fragment
fn fs_main(in: Painted) -> @location(0) vec4<f32> {
    let texel = sampled(in.uv);
    let tint = select(vec3<f32>(1.0), texel.rgb, texel.a >= 1.0);
    return vec4<f32>(in.ink.rgb * tint, in.ink.a) * texel.a;
}
