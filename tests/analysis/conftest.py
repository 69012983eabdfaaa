from tests.support.five_towns import books, header, opening, record, recorded, recording, scenario, story
