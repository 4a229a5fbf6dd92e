from youth.models.access import FileAccess
from youth.models.erasure import ErasedFile
from youth.models.imports import (
    ELSEWHERE,
    YouthImportBatch,
    YouthImportChange,
    YouthImportFile,
    YouthImportMapping,
    YouthImportRow,
)
from youth.models.need import Need, NeedMove
from youth.models.obstacle import Obstacle, ObstacleShare
from youth.models.pathway import PathwayMove
from youth.models.young_person import YoungPerson

__all__ = [
    "ELSEWHERE",
    "ErasedFile",
    "FileAccess",
    "Need",
    "NeedMove",
    "Obstacle",
    "ObstacleShare",
    "PathwayMove",
    "YoungPerson",
    "YouthImportBatch",
    "YouthImportChange",
    "YouthImportFile",
    "YouthImportMapping",
    "YouthImportRow",
]
