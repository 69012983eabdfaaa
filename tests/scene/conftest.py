from tests.support.view_recordings import kept_maps, pressed, six_days
