"""Imports: any table becomes incidents of a map; nothing is lost, each guess is told.

::

    looking                     a file as columns, what each becomes, what must be asked
    ├── columns, questions      proposed by names, contents and known tables
    ├── left_out                rows that are no records
    └── mapping                 what was decided, kept in the map's folder
    importer                    looks become records of a map; preview: of a copy
    ├── batches                 records on their way, of tables and of exports
    │   ├── conversion, placing, rows   column by column, over the readers below
    │   │   ├── dates           of all rows of a column together
    │   │   ├── points, countries, outside, unplaced    where
    │   │   ├── categories, sources, claims     what, who says so
    │   │   └── titles, ids, own_values, withheld
    │   ├── features, packed    columns to GeoJSON Features
    │   └── exports             files of this project, as they were
    ├── merging                 what comes beside what is there
    ├── refusals                what is left for a person
    └── destination             the map's folder
    report                      what became of each row

:mod:`geo.formats` reads the files. The modules are imported from where they are: a
command that asks for help must not load all of them.
"""
