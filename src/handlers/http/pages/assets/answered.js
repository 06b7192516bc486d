// In the head of a page that answered a button, before anything of it is shown: reloading it must not press it again.
history.replaceState(null, '', location.href);
