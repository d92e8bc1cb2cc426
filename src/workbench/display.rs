//! Whether a window can be opened here, asked before anything that would panic is built.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Why no picture can be drawn here, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotDraw {
    /// No display is named.
    #[error(
        "no window can be opened because no display is set: log in to a desktop, connect with \
         `ssh -X`, or start a virtual display (package xvfb: `xvfb-run taktlab`)"
    )]
    NoDisplay,
    /// A display is named but does not answer.
    #[error(
        "no window can be opened because the display \"{name}\" does not answer ({why}): check \
         DISPLAY, or start a virtual display (package xvfb: `xvfb-run taktlab`)"
    )]
    DisplaySilent {
        /// What the environment variable DISPLAY says.
        name: String,
        /// What connecting to it said.
        why: String,
    },
    /// There is a display perhaps, but nothing that can draw.
    #[error(
        "nothing can be drawn because no graphics adapter was found: install a graphics driver \
         with Vulkan, or the software renderer (package mesa-vulkan-drivers on Debian and Ubuntu, \
         mesa-vulkan-drivers on Fedora, vulkan-swrast on Arch)"
    )]
    NoAdapter,
    /// The window system refused in another way.
    #[error(
        "no window can be opened because the window system refused ({why}): on Linux install \
         libxkbcommon-x11-0, libx11-6, libxcursor1, libxi6 and libxrandr2"
    )]
    Refused {
        /// What it said.
        why: String,
    },
}

/// The graphics adapter that will draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// Its name as the driver gives it.
    pub name: String,
    /// Whether it is a processor pretending to be a graphics card.
    pub software: bool,
    /// The interfaces among which the renderer must choose to get it.
    pub backends: wgpu::Backends,
}

/// Finds out whether a display is named and answers.
///
/// # Errors
/// [`CannotDraw::NoDisplay`] or [`CannotDraw::DisplaySilent`].
pub fn look_for_display() -> Result<(), CannotDraw> {
    if cfg!(not(all(unix, not(target_os = "macos")))) {
        return Ok(());
    }
    // Only X11 is built in; Wayland desktops offer it too, through Xwayland.
    let name = std::env::var("DISPLAY").unwrap_or_default();
    if name.is_empty() {
        return Err(CannotDraw::NoDisplay);
    }
    connect(&name).map_err(|error| CannotDraw::DisplaySilent { name, why: error.to_string() })
}

/// Where no desktop's session is running, Mesa's layer that chooses among graphics cards asks for a
/// Wayland display all the same, and the Wayland library complains of the missing XDG_RUNTIME_DIR on the
/// console, several times. The layer heeds a variable of the environment that it finds at its start;
/// hence the program starts itself anew with it, before it has done or said anything.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn spare_the_console() {
    use std::os::unix::process::CommandExt;

    const NO_CHOICE: &str = "NODEVICE_SELECT";
    let set = |name: &str| std::env::var_os(name).is_some();
    if set("XDG_RUNTIME_DIR") || set(NO_CHOICE) {
        return;
    }
    let mut arguments = std::env::args_os();
    let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) else { return };
    let mut anew = std::process::Command::new(program);
    // Where it does not start, it goes on as it is: noisy, but all the same.
    let _ = anew.arg0(name).args(arguments).env(NO_CHOICE, "1").exec();
}

/// Nothing complains elsewhere.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn spare_the_console() {}

/// Finds out which graphics adapter will draw: one with a modern interface (Vulkan, Metal,
/// DirectX 12) if there is one, else one with OpenGL. The environment variable WGPU_BACKEND
/// decides otherwise.
///
/// # Errors
/// [`CannotDraw::NoAdapter`].
pub fn look_for_adapter() -> Result<Adapter, CannotDraw> {
    let tried = match wgpu::Backends::from_env() {
        Some(wanted) => vec![wanted],
        // OpenGL last: asking for it prints warnings where there is no desktop.
        None => vec![wgpu::Backends::PRIMARY, wgpu::Backends::GL],
    };
    tried.into_iter().find_map(adapter_with).ok_or(CannotDraw::NoAdapter)
}

/// The same question that Bevy's renderer asks: it would panic over the answer.
fn adapter_with(backends: wgpu::Backends) -> Option<Adapter> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends;
    let instance = wgpu::Instance::new(descriptor);
    let wanted = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::from_env()
            .unwrap_or(wgpu::PowerPreference::HighPerformance),
        force_fallback_adapter: false,
        compatible_surface: None,
    };
    let adapter = bevy::tasks::block_on(instance.request_adapter(&wanted)).ok()?;
    let info = adapter.get_info();
    let software = info.device_type == wgpu::DeviceType::Cpu;
    Some(Adapter { name: info.name, software, backends })
}

/// Connects to an X display by its name: `:77`, `:0.1`, `host:10.0`.
fn connect(name: &str) -> io::Result<()> {
    let (host, number) = parse(name)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it is not of the form :0"))?;
    if host.is_empty() || host == "unix" {
        return connect_locally(number);
    }
    let port = 6000u16
        .checked_add(number)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "its number is too high"))?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host is not known");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, Duration::from_secs(2)) {
            Ok(_) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Host and display number; the screen's number is not needed.
fn parse(name: &str) -> Option<(&str, u16)> {
    let (host, rest) = name.rsplit_once(':')?;
    let number = rest.split('.').next()?.parse().ok()?;
    Some((host, number))
}

#[cfg(unix)]
fn connect_locally(number: u16) -> io::Result<()> {
    std::os::unix::net::UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).map(|_| ())
}

#[cfg(not(unix))]
fn connect_locally(_number: u16) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_are_read_as_x_reads_them() {
        assert_eq!(parse(":77"), Some(("", 77)));
        assert_eq!(parse(":0.1"), Some(("", 0)));
        assert_eq!(parse("localhost:10.0"), Some(("localhost", 10)));
        assert_eq!(parse("unix:3"), Some(("unix", 3)));
        assert_eq!(parse("nonsense"), None);
        assert_eq!(parse(":"), None);
    }

    #[test]
    fn a_display_that_is_not_there_says_so() {
        assert!(connect(":64999").is_err());
        assert!(connect("").is_err());
    }

    #[test]
    fn every_refusal_says_what_to_install_or_do() {
        for (refusal, remedy) in [
            (CannotDraw::NoDisplay, "xvfb"),
            (CannotDraw::DisplaySilent { name: ":9".into(), why: "refused".into() }, "xvfb"),
            (CannotDraw::NoAdapter, "mesa-vulkan-drivers"),
            (CannotDraw::Refused { why: "no".into() }, "libxkbcommon-x11-0"),
        ] {
            let text = refusal.to_string();
            assert!(text.contains(remedy), "{text}");
            assert!(!text.contains('\n') && !text.contains("  "), "one line: {text}");
        }
    }
}
