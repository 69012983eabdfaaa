"""Parts of the window as cells of a grid: a set of cells is a whole number, with a bit for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pygame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.view.paint.pixels import Blit

SHIFT: Final = 6
"""Of a coordinate, which gives that of its cell."""
CELL: Final = 1 << SHIFT
"""Side of a cell; pixels."""
FINE: Final = 4
"""The same of squares in which a small picture's corner lies."""
MAX_KEPT: Final = 64
"""Sets of cells whose parts are kept."""


class Grid:
    """The cells of a window."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._columns, self._rows = (-(-each // CELL) for each in size)
        self._whole = pygame.Rect((0, 0), size)
        self._parts: dict[int, list[pygame.Rect]] = {}
        self._near: dict[tuple[int, int, int], int] = {}
        """Cells by the square of a small picture's corner, and its reach."""
        self.all = (1 << self._columns * self._rows) - 1
        """Every cell."""

    def cells(self, part: pygame.Rect) -> int:
        """Return the cells that a part touches.

        Examples
        --------
        >>> grid = Grid((128, 128))
        >>> bin(grid.cells(pygame.Rect(0, 0, 65, 1))), bin(grid.cells(pygame.Rect(9, 70, 5, 5)))
        ('0b11', '0b100')
        """
        inside = part.clip(self._whole)
        if not inside.width or not inside.height:
            return 0
        left, right = inside.left >> SHIFT, (inside.right - 1) >> SHIFT
        row = ((1 << (right - left + 1)) - 1) << left
        found = 0
        for number in range(inside.top >> SHIFT, ((inside.bottom - 1) >> SHIFT) + 1):
            found |= row << (number * self._columns)
        return found

    def cells_of_sprites(self, blits: Iterable[Blit], reach: int) -> int:
        """Return the cells that small pictures touch, none wider or taller than `reach` from its corner."""
        near, found = self._near, 0
        for x, y in {(x >> FINE, y >> FINE) for _, (x, y) in blits}:
            key = x, y, reach
            cells = near.get(key)
            if cells is None:
                side = reach + (1 << FINE)
                cells = near[key] = self.cells(pygame.Rect(x << FINE, y << FINE, side, side))
            found |= cells
        return found

    def parts(self, cells: int) -> list[pygame.Rect]:
        """Return cells as rectangles that do not overlap."""
        found = self._parts.pop(cells, None)
        if found is None:
            found = [part.clip(self._whole) for part in self._blocks(cells)]
            if len(self._parts) >= MAX_KEPT:
                del self._parts[next(iter(self._parts))]
        self._parts[cells] = found
        return found

    def _blocks(self, cells: int) -> list[pygame.Rect]:
        """Return cells joined along their rows, and runs of one extent joined to blocks."""
        row_bits, blocks = (1 << self._columns) - 1, []
        open_runs: dict[tuple[int, int], pygame.Rect] = {}
        for number in range(self._rows):
            row = (cells >> (number * self._columns)) & row_bits
            runs: dict[tuple[int, int], pygame.Rect] = {}
            while row:
                left = (row & -row).bit_length() - 1
                shifted = row >> left
                length = (~shifted & (shifted + 1)).bit_length() - 1
                row &= ~(((1 << length) - 1) << left)
                block = open_runs.get((left, length))
                if block is None:
                    block = pygame.Rect(left * CELL, number * CELL, length * CELL, 0)
                    blocks.append(block)
                block.height += CELL
                runs[left, length] = block
            open_runs = runs
        return blocks
