"""Everything that joint tests and letters do in a coalition."""

from commands.coalition.joint import opening, showing, telling
from commands.coalition.joint.bodies import (
    CountsReport,
    LayingOut,
    LostTable,
    SideEntry,
    TestProposal,
)
from commands.coalition.kinds import CoalitionJob, CoalitionKind

JOB = CoalitionJob(
    kinds=(
        CoalitionKind("test proposed", TestProposal, opening.heard),
        CoalitionKind("test joined", SideEntry, telling.joined),
        CoalitionKind("test counts", CountsReport, telling.reported),
        CoalitionKind("test table", LayingOut, telling.laid_out),
        CoalitionKind("test lost", LostTable, telling.lost),
    ),
    proposals=(opening.TEST,),
    shown=showing.shown,
    ticked=telling.ticked,
)
