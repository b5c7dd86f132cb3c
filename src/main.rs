fn main() {
    console_error_panic_hook::set_once();
    // What index.html showed until now.
    if let Some(first_paint) = leptos::prelude::document().get_element_by_id("first-paint") {
        first_paint.remove();
    }
    leptos::mount::mount_to_body(signalbox_console::app::App);
}
