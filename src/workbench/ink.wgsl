// Paints egui's triangles, in place of bevy_egui's own shader.
//
// Colours come premultiplied and in gamma space, and the target blends linear light. Converting a
// premultiplied colour as it is makes every soft edge too dark: on light ground corners and
// letters get a grey fringe. Here the colour is divided by its alpha, converted, and multiplied
// again. Bindings and entry points are those that bevy_egui asks for.

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
    @location(0) colour: vec4<f32>,
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

// IEC 61966-2-1: from the screen's coding to light, and back.
fn light(coded: vec3<f32>) -> vec3<f32> {
    let dim = coded / 12.92;
    let bright = pow((coded + 0.055) / 1.055, vec3<f32>(2.4));
    return select(bright, dim, coded <= vec3<f32>(0.04045));
}

fn code(light: vec3<f32>) -> vec3<f32> {
    let dim = light * 12.92;
    let bright = 1.055 * pow(light, vec3<f32>(1.0 / 2.4)) - 0.055;
    return select(bright, dim, light <= vec3<f32>(0.0031308));
}

@vertex
fn vs_main(in: Corner) -> Painted {
    let at = in.position * transform.scale + transform.translation;
    return Painted(vec4<f32>(at, 0.0, 1.0), in.colour, in.uv);
}

@fragment
fn fs_main(in: Painted) -> @location(0) vec4<f32> {
    let texel = sampled(in.uv);
    let coded = vec4<f32>(code(texel.rgb), texel.a) * in.colour;
    if coded.a <= 0.0 {
        // Colour without alpha adds light; egui uses it for glows.
        return vec4<f32>(light(coded.rgb), 0.0);
    }
    let plain = min(coded.rgb / coded.a, vec3<f32>(1.0));
    return vec4<f32>(light(plain) * coded.a, coded.a);
}
